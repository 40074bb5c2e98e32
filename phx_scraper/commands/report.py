"""`scrapy report`: pages to look at homes, their photos and what was decided."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.config.fields import Config
from phx_scraper.config.reading import read_config
from phx_scraper.config.store_places import BUCKETS
from phx_scraper.errors import UsageError
from phx_scraper.export.upload import checked_bucket, upload
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS
from phx_scraper.reconcile.make_thumbnails import ThumbnailsMade, make_missing_thumbnails
from phx_scraper.report.navigation import INDEX
from phx_scraper.report.report_folder import ReportFolder
from phx_scraper.report.report_writer import write_report
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.read_only_folder import is_writable, opened_to_read
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.views.human_text import counted


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 written, 1 written but no browser was found for --open, 2 wrong use."""

    description = "Write pages of the homes, their photos and what was decided, to open in a browser"
    usage, most_arguments = "[options]", 0
    too_many = "report takes options only, for example: scrapy report --open"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--open", action="store_true", help="open the report in the browser")
        parser.add_argument(
            "--out",
            default="",
            metavar="FOLDER",
            help="write the pages there and nothing into the store; they lead to its pictures",
        )
        parser.add_argument(
            "--to",
            default="",
            metavar="URL",
            help=f"put the pages into a bucket, {BUCKETS}, with their pictures, in place of --out",
        )
        parser.add_argument(
            "--with-pictures",
            action="store_true",
            help="with --out: copy the pictures there, too, to hand the folder on",
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write what is out of date, then say where it is."""
        config = read_config(self.settings)
        folder = _folder(opts)
        place = existing_catalogue(config)
        if opts.to:
            return self._put_there(place, config, opts)
        index, written, made = _beside(place, config, folder) if folder else _in_store(place, config)
        self.tell({"report": str(index), "written": written, "thumbnails": asdict(made)}, _text(index, written, made))
        if opts.open and not webbrowser.open(index.as_uri()):
            sys.stderr.write("no browser was found to open it in: open the file yourself\n")
            return PROBLEMS
        return ALL_CLEAR

    def _put_there(self, place: CataloguePlace, config: Config, opts: argparse.Namespace) -> int:
        """Written whole on this machine before the first file is put there."""
        if opts.out or opts.open or opts.with_pictures:
            raise UsageError(
                "--to puts the pages and their pictures into a bucket: leave out --out, --open, --with-pictures"
            )
        bucket = checked_bucket(opts.to, config.images_store, self.settings)
        with tempfile.TemporaryDirectory(prefix="phx-report-") as folder:
            _, written, made = _beside(place, config, ReportFolder(Path(folder), True))
            upload(Path(folder), bucket)
        index = f"{bucket}/index.html"
        self.tell({"report": index, "written": written, "thumbnails": asdict(made)}, _text(index, written, made))
        return ALL_CLEAR


def _folder(opts: argparse.Namespace) -> ReportFolder | None:
    if "://" in opts.out:
        raise UsageError(f"{opts.out} is no folder of this machine: --out wants one; copy it from there")
    if opts.with_pictures and not opts.out:
        raise UsageError("--with-pictures copies them into the folder of --out, which is missing")
    return ReportFolder(Path(opts.out).expanduser().absolute(), opts.with_pictures) if opts.out else None


def _in_store(place: Path, config: Config) -> tuple[Path, list[str], ThumbnailsMade]:
    store = config.images_store
    if not isinstance(store, Path):
        raise UsageError(f"{store} keeps pictures only: scrapy report --out FOLDER --with-pictures writes pages here")
    if not is_writable(store):
        raise UsageError(f"{store} cannot be written: scrapy report --out FOLDER writes the pages elsewhere")
    files = open_store(store)
    with contextlib.closing(Catalogue.open(place)) as catalogue:
        made = make_missing_thumbnails(catalogue, files, config)
        written = write_report(catalogue, files, look_again=True)
    return Path(files.place_of(INDEX)), written, made


def _beside(place: Path, config: Config, folder: ReportFolder) -> tuple[Path, list[str], ThumbnailsMade]:
    """In a folder of its own; the store is left as it is, so whole pictures stand for thumbnails that it lacks."""
    files = open_store(config.images_store, changes=False)
    with opened_to_read(place) as catalogue:
        written = write_report(catalogue, files, look_again=True, folder=folder, place=place)
    own = [name.removeprefix("report/") for name in written]
    return folder.path / "index.html", own, ThumbnailsMade()


def _text(index: Path | str, written: Sequence[str], made: ThumbnailsMade) -> str:
    done = [f"{counted(len(written), 'page')} written"]
    done += [f"{counted(made.made, 'small picture')} made"] if made.made else []
    done += [f"{made.not_made} not, as their pictures are gone"] if made.not_made else []
    done += [] if made.is_complete else ["others are made by the next report"]
    return f"{index} ({', '.join(done)})\n"
