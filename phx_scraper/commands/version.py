"""`scrapy version`: this project's version, and Scrapy's; with -v those of all that it is built on."""

from __future__ import annotations

import argparse
import platform
from importlib import metadata

import scrapy
from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.version import __version__

BUILT_ON = (
    *(
        "Twisted",
        "curl_cffi",
        "Pillow",
        "imagehash",
        "numpy",
        "opencv-python-headless",
        "lxml",
        "SQLAlchemy",
        "aiohttp",
    ),
    *("usaddress", "rich", "pyarrow", "scrapy-playwright"),
)


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 shown, 2 wrong use."""

    requires_crawler_process = False
    description = "Show the version of phx_scraper"
    usage, most_arguments, too_many = "[-v] [--json]", 0, "version takes options only: scrapy version -v"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("-v", "--verbose", action="store_true", help="also of Python and what it is built on")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read and print."""
        versions = {"phx_scraper": __version__, "scrapy": scrapy.__version__}
        short = f"phx_scraper {__version__} (Scrapy {scrapy.__version__})\n"
        if opts.verbose:
            versions |= {"python": platform.python_version(), "platform": platform.platform(), **_built_on()}
        width = max(map(len, versions))
        lines = "".join(f"{name:{width}}  {version}\n" for name, version in versions.items())
        self.tell(versions, lines if opts.verbose else short)
        return ALL_CLEAR


def _built_on() -> dict[str, str]:
    """Version of each distribution that is there: some belong to extras."""
    return {name: version for name in BUILT_ON if (version := _version(name))}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
