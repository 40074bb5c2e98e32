"""Settings that commands on the pages carry: pasted, they ask whom the collection came from, and make it as it is."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from sqlalchemy import Connection

from phx_scraper.model.catalogue_place import CataloguePlace, CatalogueServer
from phx_scraper.model.run import HIDDEN
from phx_scraper.storage.catalogue.run_details import latest_settings

_CATALOGUE = "PHX_CATALOGUE_URL"
_OF_DECISIONS = ("PHX_DUPLICATE_DISTANCE", "PHX_DUPLICATE_DHASH_DISTANCE", "PHX_DUPLICATE_RULE", "PHX_VISION")
"""What a home's pictures are compared and looked at by, which a person's word begins anew."""
_OF_CRAWLS = (
    *("PHX_REPLICA_URL", "PHX_PROXIES", "PHX_OFFLINE"),
    *("PHX_MAX_DIMENSION", "PHX_IMAGE_FORMAT", "PHX_JPEG_QUALITY", "PHX_KEEP_RAW", "PHX_ORIGINALS_IN_HOMES"),
    *("PHX_MIN_WIDTH", "PHX_MIN_HEIGHT", "PHX_MAX_PIXELS", "PHX_MAX_PHOTO_BYTES"),
)
"""Who is asked, and what pictures are made of the answers."""
_NOT_HERE = "the page holds no passwords, so set it in the environment first"
_COMMAND = re.compile(r"^scrapy (\S+)")


class CommandSettings(NamedTuple):
    """What differs from the project's, as `NAME=VALUE`: for every command, and for those that crawl besides.

    `catalogue` is named where the store is, by the page's own script; empty where it is in the store.
    """

    every: tuple[str, ...] = ()
    crawls: tuple[str, ...] = ()
    catalogue: str = ""

    def added_to(self, command: str) -> str:
        """A command ready for a shell, with them."""
        found = _COMMAND.match(command)
        if found is None:
            return command
        wanted = (*self.every, *(self.crawls if found[1] == "crawl" else ()))
        begin = ["scrapy", shlex.quote(found[1]), *(f"-s {_quoted(one)}" for one in wanted)]
        return " ".join(begin) + command[found.end() :]


def command_settings(connection: Connection, place: CataloguePlace, own: CataloguePlace) -> CommandSettings:
    """Those of the latest run, with the place of the catalogue where it is not `own`, that of the store.

    Nothing secret is among them: runs note `***` for what may be a user and password, and a command takes such a value
    from the environment; of a catalogue's server the password is left to libpq.
    """
    told = {name: str(value) for name, value in latest_settings(connection).items() if value is not None}
    every, crawls = (
        tuple(f"{name}={told[name]}" for name in names if name in told) for names in (_OF_DECISIONS, _OF_CRAWLS)
    )
    is_elsewhere = isinstance(place, CatalogueServer) or place != own
    return CommandSettings(every, crawls, f"{_CATALOGUE}={place}" if is_elsewhere else "")


def _quoted(setting: str) -> str:
    """For a shell, which takes a value with something secret from the environment and refuses where that has none."""
    name, _, value = setting.partition("=")
    return f'{name}="${{{name}:?{_NOT_HERE}}}"' if HIDDEN in value else shlex.quote(setting)
