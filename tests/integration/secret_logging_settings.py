"""Settings of the project with an extension that logs all secrets, in every form of the logging module."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler

from phx_scraper import settings as project
from phx_scraper.run import signals
from phx_scraper.run.context import RunContext

OWN_FILE = "own-handler.log"


class RawRecordHandler(logging.Handler):
    """A handler without a formatter: it writes the attributes of the record itself."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def emit(self, record: logging.LogRecord) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{record.msg!r} {record.args!r} {record.exc_info!r} {record.exc_text!r}\n")


class SecretLogger:
    """Logs the secrets when the run begins."""

    def __init__(self, crawler: Crawler) -> None:
        self.settings = crawler.settings
        logging.getLogger("third.party").addHandler(RawRecordHandler(Path(crawler.settings["IMAGES_STORE"]) / OWN_FILE))
        crawler.signals.connect(self.log_at_run_start, signal=signals.run_begun)
        self.log_secrets("while the crawl is made")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SecretLogger:
        return cls(crawler)

    def log_at_run_start(self, crawl: RunContext) -> None:
        self.log_secrets("while the crawl runs")

    def log_secrets(self, when: str) -> None:
        third, token, proxies = logging.getLogger("third.party"), os.environ["MARICOPA_ASSESSOR_TOKEN"], self.proxies
        third.debug("%s a message with AUTHORIZATION: %s", when, token)
        third.debug(f"{when} by {proxies}")
        third.debug("%s %(place)s", {"place": "argument not shown", "token": token})
        third.info("%s headers %s", when, {b"AUTHORIZATION": [token.encode()]})
        third.error("%s does not fit", token, when)
        third.debug("%s where", when, stack_info=True)
        try:
            self.fail(token)
        except RuntimeError:
            logging.getLogger("scrapy.something").exception(f"{when} a traceback")
            third.exception(f"{when} a traceback")

    @property
    def proxies(self) -> str:
        return str(self.settings["PHX_PROXIES"])

    def fail(self, token: str) -> None:
        try:
            raise ValueError(f"cause with {self.proxies}")
        except ValueError as error:
            raise RuntimeError(f"refused {token}") from error


def __getattr__(name: str) -> Any:
    return getattr(project, name)


def __dir__() -> list[str]:
    return dir(project)


EXTENSIONS = {**project.EXTENSIONS, f"{__name__}.SecretLogger": 10}
LOG_LEVEL = "DEBUG"
