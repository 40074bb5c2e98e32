"""`scrapy categorise`: what pictures show: said anew where that is stale, corrected by a person, counted."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Sequence
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.category_counts import counts_document, counts_text
from phx_scraper.commands.category_lesson import lesson_document, lesson_text
from phx_scraper.commands.common import OwnCommand, chosen_homes, existing_catalogue, listed_home
from phx_scraper.commands.report_refresh import refresh_report
from phx_scraper.config.fields import Config
from phx_scraper.config.reading import read_config
from phx_scraper.config.written_numbers import is_whole
from phx_scraper.errors import UsageError
from phx_scraper.model.category import Seen
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.model.photo import Photo
from phx_scraper.run.corrections import correct_picture, read_word
from phx_scraper.run.home_categories import categorise_home, version_with
from phx_scraper.run.sight import Opened, learn_heads, look_at_home, opened_vision
from phx_scraper.run.word_kept import word_kept
from phx_scraper.storage.catalogue import categories
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import galleries
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.views import write_changed
from phx_scraper.views.folder_files import folder_files
from phx_scraper.views.human_text import counted

Done = tuple[dict[str, Any], str]
"""What is told to programs, and to people."""


class Command(OwnCommand, ScrapyCommand):
    """Pictures that words or the model of an earlier version categorised are done anew; all others stay as they are.

    Exit codes: 0 done or shown, 2 wrong use, such as a picture that a home has not.
    """

    description = "Say what each picture shows, correct one, or count what is known"
    usage = '[homes.csv] | --set "ADDRESS" N SUBJECT | --report | --learn'
    too_many = "name one list of addresses at most, for example: scrapy categorise homes.csv"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument(
            "--set",
            nargs=3,
            default=None,
            dest="said",
            metavar=("ADDRESS", "N", "SUBJECT"),
            help="say what picture N of a home shows (img_00N in its folder, or SOURCE:KEY); it stays for ever",
        )
        parser.add_argument("--report", action="store_true", help="count pictures by what they show and who says so")

        parser.add_argument(
            "--learn", action="store_true", help="have the model learn from your tagged and corrected pictures"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do one of the four."""
        if bool(args) + (opts.said is not None) + opts.report + opts.learn > 1:
            raise UsageError("give a list, --set, --report or --learn, one of them")
        config = read_config(self.settings)
        place = existing_catalogue(config)
        if opts.report:
            with opened_to_read(place) as catalogue, catalogue.reading() as tx:
                found = categories.counts(tx)
            self.tell(counts_document(found), counts_text(found))
            return ALL_CLEAR
        with contextlib.closing(Catalogue.open(place)) as catalogue:
            if opts.said:
                done = _corrected(catalogue, config, *opts.said)
            else:
                done = _learned(catalogue, config) if opts.learn else _redone(catalogue, config, args)
        self.tell(*done)
        return ALL_CLEAR


def _redone(catalogue: Catalogue, config: Config, args: Sequence[str]) -> Done:
    chosen = chosen_homes(args, catalogue)
    if chosen == []:
        raise UsageError(f"{args[0]} names no home that the catalogue knows: is it the right list?")
    files = open_store(config.images_store)
    sight = opened_vision(files) if config.vision else Opened(None)
    with catalogue.reading() as tx:
        stale = categories.stale_homes(tx, version_with(sight.version))
    homes = [label for label in stale if chosen is None or label in set(chosen)]
    seen = changed = 0
    for label in homes:
        seen += look_at_home(catalogue, files, label, sight.vision) if sight.vision else 0
        with catalogue.transaction() as tx:
            changed += categorise_home(tx, label, sight.version)
    write_changed(catalogue, files)
    refresh_report(config, catalogue, files)
    said = f"{counted(changed, 'picture')} said to show something else than before"
    text = f"{counted(len(homes), 'home')} looked at, {counted(seen, 'picture')} by the model; {said}."
    document = {"homes": len(homes), "seen": seen, "changed": changed, "notes": list(sight.notes)}
    return document, "\n".join([*sight.notes, text, ""])


def _learned(catalogue: Catalogue, config: Config) -> Done:
    files = open_store(config.images_store)
    sight = opened_vision(files)
    if sight.vision is None:
        raise UsageError(sight.notes[-1])
    lesson = learn_heads(catalogue, files, sight.vision)
    return lesson_document(lesson), lesson_text(lesson)


def _corrected(
    catalogue: Catalogue, config: Config, address: str, number: str, word: str
) -> tuple[dict[str, Any], str]:
    files, said = open_store(config.images_store), read_word(word)
    label = listed_home([address], catalogue, 'write one as in "4732 W Davis Rd, Glendale, AZ 85306"')
    sight = opened_vision(files) if config.vision else Opened(None)
    if sight.vision:
        # All of the home's pictures are said anew with it, by the model that is there now: it may not have seen them.
        look_at_home(catalogue, files, label, sight.vision)
    with catalogue.transaction() as tx:
        [gallery] = galleries(tx, [label])
        path, photo = _picture(folder_files(files, gallery).photos, number, gallery.home.address)
        correct_picture(tx, label, photo, said, time.time(), sight.version)
    with word_kept():
        write_changed(catalogue, files)
    refresh_report(config, catalogue, files)
    shows = _shown(said)
    document = {"address": gallery.home.address, "picture": path, "shows": shows}
    return document, f"{path} shows {shows}; so it stays, also after new crawls.\n"


def _picture(photos: dict[str, Photo], number: str, address: str) -> tuple[str, Photo]:
    """The n-th picture of a home's folder, or the one that `source:key` names. Raises UsageError."""
    shown = list(photos.items())
    named = {f"{photo.source}:{photo.key}": (path, photo) for path, photo in shown}
    if number in named:
        return named[number]
    if not shown:
        raise UsageError(f"{address} has no picture in its folder: none came yet, or all are hidden")
    if not (is_whole(number) and 1 <= int(number[:9]) <= len(shown)):
        raise UsageError(f"{address} has pictures 1 to {len(shown)} (img_001 is 1), and none is {number}")
    return shown[int(number) - 1]


def _shown(said: Seen) -> str:
    return said.kind if said.kind != "photo" else f"{said.category.location}/{said.category.subject}"
