"""`scrapy newsource`: writes the four parts of a new source, with a test that fails until they are completed."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.sources import BY_HOST, SOURCES

TEMPLATES = Path(__file__).with_name("templates")
NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
# A source's row is inserted before the end of the table.
END_OF_TABLE = "    )\n}\n"


class Command(OwnCommand, ScrapyCommand):
    """Writes a row of `sources.py`, a page object, a spider and a fixture folder below the project's folder.

    Exit codes: 0 written, 2 wrong use; nothing was written.
    """

    description = "Write the skeleton of a new source, with a failing test"
    usage = "<name> --host HOST"
    too_many = "name one source, for example: scrapy newsource acme_homes --host www.acme.example"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add `--host` and `--letter`."""
        super().add_options(parser)
        parser.add_argument("--host", required=True, help="the site's host name, for example www.example.com")
        parser.add_argument("--letter", help="one letter for file names (default: the first that is free)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Check the arguments, then write; no existing file is overwritten."""
        if not args:
            raise UsageError(self.too_many)
        written = [
            str(path) for path in write_source(Path.cwd(), args[0], opts.host, opts.letter or _free_letter(args[0]))
        ]
        then = f"Now: pytest tests/unit/pages -k {args[0]} fails until pages/ is written."
        self.tell({"source": args[0], "written": written}, "\n".join([*written, then, ""]))
        return ALL_CLEAR


def write_source(root: Path, name: str, host: str, letter: str) -> list[Path]:
    """Write the four parts into a checkout; returns their paths. Raises UsageError."""
    _check(root, name, host, letter)
    words = {
        "name": name,
        "host": host,
        "letter": letter,
        "title": name.replace("_", " ").capitalize(),
        "camel": "".join(part.capitalize() for part in name.split("_")),
        "priority": str(1 + max(source.priority for source in SOURCES.values())),
    }
    files = {
        root / f"phx_scraper/pages/{name}.py": "page.py",
        root / f"phx_scraper/spiders/{name}.py": "spider.py",
        root / f"tests/fixtures/{name}/first/input.html": "input.html",
        root / f"tests/fixtures/{name}/first/expected.json": "expected.json",
    }
    for path in files:
        if path.exists():
            raise UsageError(f"{path.relative_to(root)} is there already; remove it or choose another name")
    for path, template in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(template, words), encoding="utf-8")
    return [_add_row(root, words), *files]


def _check(root: Path, name: str, host: str, letter: str) -> None:
    if not (root / "phx_scraper" / "sources.py").is_file():
        raise UsageError("this is no checkout of phx_scraper: go to the folder that holds scrapy.cfg")
    if not NAME.fullmatch(name) or name in SOURCES:
        raise UsageError(f"{name!r} cannot be a source's name: use a new one of small letters, digits and underscores")
    if not HOST.fullmatch(host) or host in BY_HOST:
        raise UsageError(f"{host!r} cannot be its host: write a host name like www.example.com that no source has yet")
    if not (len(letter) == 1 and letter.isalpha() and letter not in {source.letter for source in SOURCES.values()}):
        raise UsageError(f"--letter {letter}: write one letter that no source has yet")


def _add_row(root: Path, words: Mapping[str, str]) -> Path:
    path = root / "phx_scraper" / "sources.py"
    text = path.read_text(encoding="utf-8")
    if text.count(END_OF_TABLE) != 1:
        raise UsageError("sources.py has no table of sources in the form this command knows; add the row by hand")
    path.write_text(text.replace(END_OF_TABLE, _filled("source.py", words) + END_OF_TABLE), encoding="utf-8")
    return path


def _filled(template: str, words: Mapping[str, str]) -> str:
    return Template((TEMPLATES / f"{template}.tmpl").read_text(encoding="utf-8")).substitute(words)


def _free_letter(name: str) -> str:
    taken = {source.letter for source in SOURCES.values()}
    return next(
        (letter for letter in name + "abcdefghijklmnopqrstuvwxyz" if letter not in taken and letter.isalpha()), ""
    )
