"""`scrapy photos ADDRESS`: every picture of a home, why it is kept or not, and what a person decides about it."""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue, listed_home
from phx_scraper.commands.photo_verdicts import add_verdicts, follow_verdict, given_verdict
from phx_scraper.commands.verdict_across_homes import add_other_home, check_other_home, follow_across
from phx_scraper.config.reading import read_config
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.model.photo import Photo
from phx_scraper.run.arguments import DEFAULT_REFRESH_DAYS
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.storage.catalogue.photo_statuses import EarlierPicture, PhotoKey, earlier_pictures, photo_statuses
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.views.decision_entry import across_entry, decision_entry
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import DAY, counted, moment
from phx_scraper.views.photo_entry import photo_entry

_HEADER = ("no.", "source", "status", "size", "file", "kept or why not")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A home with what was found of its photos when their listings were last read, and what they showed before."""

    gallery: HomeGallery
    statuses: Mapping[PhotoKey, str]
    earlier: Mapping[PhotoKey, list[EarlierPicture]]

    def status(self, photo: Photo) -> str:
        return self.statuses.get((photo.source, photo.key), "")

    def earlier_of(self, photo: Photo) -> list[EarlierPicture]:
        return self.earlier.get((photo.source, photo.key), [])


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 shown or decided, 2 wrong use, such as an address or a picture that the catalogue does not know."""

    description = "Show every picture of a home, and why it is kept or not; decide which are copies or hidden"
    usage = '"ADDRESS" [options]'
    too_many = 'name one address, in quotes: scrapy photos "4732 W Davis Rd, Glendale, AZ 85306"'

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON: the manifest's fields of each photo")
        add_verdicts(parser)
        add_other_home(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write down and follow a decision, if one is given; read and print."""
        config = read_config(self.settings)
        verdict = given_verdict(opts)
        check_other_home(opts, verdict)
        # Without one nothing changes, so it works where nothing can be written.
        place = existing_catalogue(config)
        with contextlib.closing(Catalogue.open(place)) if verdict else opened_to_read(place) as catalogue:
            label = listed_home(args, catalogue, self.too_many)
            if verdict and opts.at:
                word, (one, other) = verdict
                follow_across(config, catalogue, label, opts.at, word, (one, other))
            elif verdict:
                follow_verdict(config, catalogue, label, *verdict)
            with catalogue.reading() as tx:
                [gallery] = galleries(tx, [label])
                statuses = photo_statuses(tx, label, time.time() - DEFAULT_REFRESH_DAYS * DAY)
                shown = _Shown(gallery, statuses, earlier_pictures(tx, label))
        sys.stdout.write(_document(shown) if opts.json else _text(shown) + (_waiting(gallery) if verdict else ""))
        return ALL_CLEAR


def _document(shown: _Shown) -> str:
    entries = [
        {
            **photo_entry(shown.gallery, photo),
            "url_status": shown.status(photo) or None,
            "earlier": [
                {**one._asdict(), "replaced_at": timestamp(one.replaced_at)} for one in shown.earlier_of(photo)
            ],
        }
        for photo in shown.gallery.photos
    ]
    decisions = [decision_entry(decision) for decision in shown.gallery.decisions]
    across = [across_entry(decision) for decision in shown.gallery.across]
    said = {"decisions": decisions, "decisions_across_homes": across}
    document = {"address": shown.gallery.home.address, "photos": entries, **said}
    return json.dumps(document, indent=1) + "\n"


def _text(shown: _Shown) -> str:
    gallery = shown.gallery
    rows = [row for photo in gallery.photos for row in _rows(shown, photo)]
    if not rows:
        return f"{gallery.home.address}: no photos are known.\n"
    return f"{gallery.home.address}\n{_table([_HEADER, *rows])}"


def _waiting(gallery: HomeGallery) -> str:
    """After a decision: a picture that is to be shown, and whose files were thrown away, is to be fetched."""
    number = sum(photo.state == "pending" for photo in gallery.photos)
    if not number:
        return ""
    are = "is" if number == 1 else "are"
    command = shlex.join(["scrapy", "crawl", "all", "-a", f"address={gallery.home.address}"])
    return f"{counted(number, 'picture')} {are} still to be fetched, by the next crawl: {command}\n"


def _rows(shown: _Shown, photo: Photo) -> Iterator[tuple[str, ...]]:
    image = photo.image
    size = f"{image.original_width}x{image.original_height}" if image else ""
    file = image.path if image and photo.state in {"stored", "removed", "hidden"} else photo.url
    yield (str(photo.position), photo.source, shown.status(photo), size, file, _why(photo))
    for one in shown.earlier_of(photo):
        told = f"shown by no. {photo.position} until {moment(one.replaced_at)}"
        yield ("", photo.source, "earlier", "", one.path or one.raw_path or "not kept", told)


def _why(photo: Photo) -> str:
    if photo.state == "duplicate" and photo.duplicate_of:
        source, key = photo.duplicate_of
        distance = "" if photo.distance is None else f", distance {photo.distance}"
        return f"duplicate of {source} {key} ({photo.duplicate_kind or 'copy'}{distance})"
    words = {
        "stored": "kept",
        "hidden": "hidden by a person",
        "removed": "removed: its listing shows it no more",
        "pending": "to be fetched",
    }
    text = words.get(photo.state, f"failed: {photo.reason}")
    return f"{text}; may be a copy of {len(photo.maybe)} more" if photo.maybe else text


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"
