"""`scrapy photos ADDRESS --hide A` and the like: which pictures are meant, and what a person says of them."""

from __future__ import annotations

import argparse
import contextlib
import difflib
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Connection

from phx_scraper.commands.report_refresh import refresh_report
from phx_scraper.config.fields import Config
from phx_scraper.errors import UsageError
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.photo import Photo
from phx_scraper.model.photo_decision import PAIR_VERDICTS, VERDICTS
from phx_scraper.reconcile.restore_picture import decoder_pool
from phx_scraper.run.decide_photos import Verdict, decide_photos, seen
from phx_scraper.run.deduplicate import rule_of
from phx_scraper.storage.catalogue.apply_duplicates import home_images
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import galleries
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.views.photo_entry import image_id

Named = TypeVar("Named", PhotoImage, Photo)

_HELP = {
    "duplicate": "these two pictures are copies of one another: the better one is kept",
    "not_duplicate": "these two are different pictures: both are kept",
    "hide": "leave this picture, with its copies, out of folders, pages and exports; its file stays",
    "show": "show a hidden picture again",
}


def add_verdicts(parser: argparse.ArgumentParser) -> None:
    """Add an option for each verdict."""
    for verdict in VERDICTS:
        names = ("A", "B") if verdict in PAIR_VERDICTS else ("A",)
        option = f"--{verdict.replace('_', '-')}"
        parser.add_argument(option, nargs=len(names), metavar=names if len(names) > 1 else "A", help=_HELP[verdict])


def given_verdict(opts: argparse.Namespace) -> tuple[str, list[str]] | None:
    """The verdict that the options name, with its pictures; None where they name none. Raises UsageError for two."""
    given = [(verdict, getattr(opts, verdict)) for verdict in VERDICTS if getattr(opts, verdict)]
    if len(given) > 1:
        options = " and ".join(f"--{verdict.replace('_', '-')}" for verdict, _ in given)
        raise UsageError(f"{options} are two decisions: give one at a time")
    return given[0] if given else None


def follow_verdict(config: Config, catalogue: Catalogue, label: str, verdict: str, names: Sequence[str]) -> None:
    """Write down what a person says of a home's pictures, and follow it. Raises UsageError, StorageError."""
    with catalogue.reading() as tx:
        chosen = [named_picture(tx, label, name) for name in names]
    if len(chosen) > 1:
        check_pair(names, *chosen)
    said = Verdict(label, verdict, *map(seen, chosen))
    files = open_store(config.images_store)
    with contextlib.closing(decoder_pool(config, any_size=True)) as decoders:
        decide_photos(catalogue, files, rule_of(config), decoders.process, said)
    refresh_report(config, catalogue, files)


def named_picture(tx: Connection, label: str, name: str) -> PhotoImage:
    """One of a home's pictures: by `source:key`, its image id, or `source:number` as `scrapy photos` shows it.

    Raises UsageError where it has none of that name.
    """
    named = _by_name(label, home_images(tx, label))
    if name in named:
        return named[name]
    [gallery] = galleries(tx, [label])
    waiting = _by_name(label, [photo for photo in gallery.photos if photo.state == "pending"])
    if name in waiting:
        raise UsageError(f"{name} is still to be fetched: let a crawl of this home end, then say it again")
    near = difflib.get_close_matches(name, named, n=1)
    hint = f"; the nearest is {near[0]}" if near else "; scrapy photos ADDRESS lists them, as source:number"
    raise UsageError(f"the home has no picture {name!r} that its listings show{hint}")


def _by_name(label: str, shown: Sequence[Named]) -> dict[str, Named]:
    """By every name that one may have; a key, which stays a photo's own, goes before a number."""
    named = {f"{one.source}:{one.position}": one for one in shown}
    named |= {image_id(label, one.source, one.key): one for one in shown}
    return named | {f"{one.source}:{one.key}": one for one in shown}


def check_pair(names: Sequence[str], one: PhotoImage, other: PhotoImage) -> None:
    """Raises UsageError for two that are one."""
    if one.photo_id == other.photo_id:
        raise UsageError(f"{names[0]} and {names[1]} are one picture: name two")
    if one.raw_sha256 == other.raw_sha256:
        raise UsageError(f"{names[0]} and {names[1]} are the same file, byte for byte, so it is kept once")
