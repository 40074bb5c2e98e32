"""`scrapy keys`: makes the keys that the API asks for, lists and revokes them."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.config.nearest import no_such
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.model.api_key import SCOPES, ApiKey
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.service import api_keys
from phx_scraper.service.api_keys import DEFAULT_LIMITS, NewKey
from phx_scraper.service.job_limits import Limits
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import moment

_USAGE = "create NAME | list | revoke ID | audit"
_MOST = 10**9
_FOREVER = "never"


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 done or shown, 2 wrong use."""

    description = "Make the keys that the API asks for, list and revoke them"
    usage, most_arguments = f"{_USAGE} [options]", 2
    too_many = "name one key, for example: scrapy keys create nightly-import"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        usual = DEFAULT_LIMITS
        parser.add_argument(
            "--scopes", default="submit,read,cancel", metavar="A,B", help=f"create: of {', '.join(SCOPES)}"
        )
        parser.add_argument("--days", default="365", metavar="N", help=f"create: how long it is good, or {_FOREVER}")
        for option, bound in (
            ("--homes-a-job", usual.homes_a_job),
            ("--jobs-a-day", usual.jobs_a_day),
            ("--open-jobs", usual.open_jobs),
        ):
            parser.add_argument(option, default=str(bound), metavar="N", help="create: %(default)s; 0 = any number")

        parser.add_argument("--last", default="50", metavar="N", help="audit: how many lines (default 50; 0 = all)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do what the first argument says."""
        what, named = (args[0] if args else "list"), args[1:]
        action = _ACTIONS.get(what)
        if action is None:
            raise UsageError(no_such(f"there is no {what[:40]!r} of keys", tuple(_ACTIONS), what))
        if len(named) != (what in {"create", "revoke"}):
            raise UsageError(f"write it as: scrapy keys {_USAGE}")
        config = read_config(self.settings)
        # A key may be the first thing that a collection has.
        place = config.catalogue if what == "create" else existing_catalogue(config)
        with contextlib.closing(Catalogue.open(place)) as catalogue:
            self.tell(*action(catalogue, named[0] if named else "", opts))
        return ALL_CLEAR


Shown = tuple[Any, str]


def _create(catalogue: Catalogue, named: str, opts: argparse.Namespace) -> Shown:
    scopes = [word.strip().lower() for word in opts.scopes.split(",") if word.strip()]
    days = None if opts.days.strip().lower() == _FOREVER else float(_whole("--days", opts.days) or 0)
    if days == 0:
        raise UsageError(f"--days 0: write a whole number from 1, or {_FOREVER}")
    limits = Limits(
        _whole("--homes-a-job", opts.homes_a_job),
        _whole("--jobs-a-day", opts.jobs_a_day),
        _whole("--open-jobs", opts.open_jobs),
    )
    key, text = api_keys.create(catalogue, NewKey(named, scopes, days, limits))
    told = f"{text}\n\nThis is shown once, and kept nowhere: store it now. {_line(key)}"
    return {**_document(key), "key": text}, told


def _list(catalogue: Catalogue, _named: str, _opts: argparse.Namespace) -> Shown:
    found = api_keys.listed(catalogue)
    return {"keys": [_document(key) for key in found]}, "".join(map(_line, found)) or "There are no keys.\n"


def _revoke(catalogue: Catalogue, named: str, _opts: argparse.Namespace) -> Shown:
    api_keys.revoke(catalogue, named)
    return {"revoked": named}, f"Key {named} is of no use from now on.\n"


def _audit(catalogue: Catalogue, _named: str, opts: argparse.Namespace) -> Shown:
    found = api_keys.audit(catalogue, _whole("--last", opts.last) or _MOST)
    lines = [
        f"{moment(line.at)}  {line.key_id or '-'}  {line.client or 'command line'}  {line.action} {line.subject}"
        f"{f' ({line.status})' if line.status else ''}\n"
        for line in found
    ]
    return {"audit": [{**asdict(line), "at": timestamp(line.at)} for line in found]}, "".join(lines)


_ACTIONS: Mapping[str, Callable[[Catalogue, str, argparse.Namespace], Shown]] = MappingProxyType(
    {"create": _create, "list": _list, "revoke": _revoke, "audit": _audit}
)


def _whole(option: str, written: str) -> int | None:
    """0 is none."""
    if written.isascii() and written.isdecimal() and len(written) <= 9:
        return int(written) or None
    raise UsageError(f"{option} {written[:40]}: write a whole number from 0 to {_MOST - 1}")


def _line(key: ApiKey) -> str:
    words = [key.state(time.time()), ",".join(key.scopes)]
    if key.expires_at is not None:
        words.append(f"until {moment(key.expires_at)}")
    words.append(f"last used {moment(key.last_used_at)}" if key.last_used_at else "never used")
    return f"{key.key_id}  {key.name}: {', '.join(words)}\n"


def _document(key: ApiKey) -> dict[str, Any]:
    times: Sequence[str] = ("created_at", "expires_at", "revoked_at", "last_used_at")
    return {
        **asdict(key),
        **{name: timestamp(getattr(key, name)) for name in times},
        "state": key.state(time.time()),
    }
