"""`phx-scraper`, and `python -m phx_scraper`: the commands of `scrapy`, from any folder."""

from __future__ import annotations

import os
import sys

from scrapy.cmdline import execute
from scrapy.settings import Settings

from phx_scraper.config.program_name import INSTALLED

SETTINGS_VARIABLE = "SCRAPY_SETTINGS_MODULE"


def main() -> None:
    """Run a command with this project's settings, whatever project the current folder is of.

    A settings module of the user's own, which builds on ours, comes by the variable of Scrapy.
    """
    module = os.environ.setdefault(SETTINGS_VARIABLE, "phx_scraper.settings")
    settings = Settings()
    settings.setmodule(module, priority="project")
    sys.argv[0] = INSTALLED
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.argv[1:] = ["version"]
    execute(settings=settings)


if __name__ == "__main__":
    main()
