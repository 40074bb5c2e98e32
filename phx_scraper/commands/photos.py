"""`scrapy photos ADDRESS`: every picture of a home: its file, source and size, and why it is kept or not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue, listed_home
from phx_scraper.config.reading import read_config
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.model.photo import Photo
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.views.photo_entry import photo_entry

_HEADER = ("no.", "source", "size", "file", "kept or why not")


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 shown, 2 wrong use, such as an address that the catalogue does not know."""

    description = "Show every picture of a home, and why it is kept or not"
    usage = '"ADDRESS" [options]'
    too_many = 'name one address, in quotes: scrapy photos "4732 W Davis Rd, Glendale, AZ 85306"'

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON: the manifest's fields of each photo")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read and print."""
        with opened_to_read(existing_catalogue(read_config(self.settings))) as catalogue:
            label = listed_home(args, catalogue, self.too_many)
            with catalogue.reading() as tx:
                [gallery] = galleries(tx, [label])
        sys.stdout.write(_document(gallery) if opts.json else _text(gallery))
        return ALL_CLEAR


def _document(gallery: HomeGallery) -> str:
    entries = [photo_entry(gallery, photo) for photo in gallery.photos]
    return json.dumps({"address": gallery.home.address, "photos": entries}, indent=1) + "\n"


def _text(gallery: HomeGallery) -> str:
    rows = [_row(photo) for photo in gallery.photos]
    if not rows:
        return f"{gallery.home.address}: no photos are known.\n"
    return f"{gallery.home.address}\n{_table([_HEADER, *rows])}"


def _row(photo: Photo) -> tuple[str, ...]:
    image = photo.image
    size = f"{image.original_width}x{image.original_height}" if image else ""
    shown = image.path if image and photo.state in {"stored", "removed"} else photo.url
    return (str(photo.position), photo.source, size, shown, _why(photo))


def _why(photo: Photo) -> str:
    if photo.state == "duplicate" and photo.duplicate_of:
        source, key = photo.duplicate_of
        distance = "" if photo.distance is None else f", distance {photo.distance}"
        return f"duplicate of {source} {key} ({photo.duplicate_kind or 'copy'}{distance})"
    words = {"stored": "kept", "removed": "removed: its listing shows it no more", "pending": "to be fetched"}
    text = words.get(photo.state, f"failed: {photo.reason}")
    return f"{text}; may be a copy of {len(photo.maybe)} more" if photo.maybe else text


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"
