"""`scrapy export`: the collection as CSV, JSON, JSON lines, Parquet, or as folders of pictures."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, chosen_homes, existing_catalogue
from phx_scraper.config.fields import Config
from phx_scraper.config.nearest import no_such
from phx_scraper.config.reading import read_config
from phx_scraper.config.store_places import BUCKETS
from phx_scraper.config.written_numbers import is_whole
from phx_scraper.errors import UsageError
from phx_scraper.export.export_target import checked_target, new_file, new_folder
from phx_scraper.export.picture_folders import EXTENSIONS, PictureForm, write_folders
from phx_scraper.export.tables import WRITERS
from phx_scraper.export.upload import checked_bucket, upload
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS
from phx_scraper.model.store_place import BucketPlace
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import galleries
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.views.human_text import counted

FORMATS = (*WRITERS, "folders")


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 written, 1 written but for pictures whose file is gone, 2 wrong use."""

    description = "Write the collection for other programs: csv, json, jsonl, parquet, or folders of pictures"
    usage, most_arguments = "--format F --out FILE_OR_FOLDER [options]", 0
    too_many = "export takes options only, for example: scrapy export --format csv --out photos.csv"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        add = parser.add_argument
        add("--format", default="", help=f"one of {', '.join(FORMATS)}")
        add("--out", default="", metavar="PLACE", help="the file, or for folders the folder, that is written")
        add("--to", default="", metavar="URL", help=f"put it into a bucket, {BUCKETS}, in place of --out")
        add("--homes", default="", metavar="HOMES.CSV", help="only the homes of this list")
        add("--image-format", default="png", help="for folders: png or jpg (default %(default)s)")
        add("--quality", default="85", help="for jpg: 1 to 95 (default %(default)s)")
        add("--replace", action="store_true", help="put the export in place of what is there")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Check, then write."""
        config = read_config(self.settings)
        _check_format(opts.format)
        form = _picture_form(opts)
        place = existing_catalogue(config)
        if bool(opts.out) == bool(opts.to):
            raise UsageError(f"say where: --out FILE, or --out FOLDER with --format folders, or --to {BUCKETS}")
        bucket = checked_bucket(opts.to, config.images_store, self.settings) if opts.to else None
        if bucket is None:
            checked_target(opts.out, config, opts.format == "folders", opts.replace)
        with opened_to_read(place) as catalogue:
            if bucket is None:
                done = _written(catalogue, config, opts, form)
            else:
                done = _uploaded(catalogue, config, opts, form, bucket)
        self.tell(done, _sentence(done))
        return PROBLEMS if done["missing"] else ALL_CLEAR


def _check_format(written: str) -> None:
    if written not in FORMATS:
        raise UsageError(no_such(f"--format {written or '(none)'} is no format", FORMATS, written))


def _picture_form(opts: argparse.Namespace) -> PictureForm:
    extension = EXTENSIONS.get(opts.image_format.lower())
    if extension is None:
        raise UsageError(no_such(f"--image-format {opts.image_format} is no format", ("png", "jpg"), opts.image_format))
    if not is_whole(opts.quality) or not 1 <= int(opts.quality) <= 95:
        raise UsageError(f"--quality {opts.quality}: write a whole number from 1 to 95")
    return PictureForm(extension, int(opts.quality))


def _written(catalogue: Catalogue, config: Config, opts: argparse.Namespace, form: PictureForm) -> dict[str, Any]:
    is_folder = opts.format == "folders"
    target = checked_target(opts.out, config, is_folder, opts.replace)
    wanted = chosen_homes([opts.homes] if opts.homes else [], catalogue)
    with catalogue.reading() as tx:
        homes = galleries(tx, wanted)
        if not is_folder:
            with new_file(target) as path:
                WRITERS[opts.format](path, homes, config.csv_formulas)
            return {"out": str(target), "format": opts.format, "missing": 0}
        with new_folder(target) as folder:
            made = write_folders(folder, open_store(config.images_store, changes=False), homes, form)
    counts = {"homes": made.homes, "pictures": made.pictures, "missing": made.missing}
    return {"out": str(target), "format": opts.format, **counts}


def _uploaded(
    catalogue: Catalogue, config: Config, opts: argparse.Namespace, form: PictureForm, bucket: BucketPlace
) -> dict[str, Any]:
    """Written whole on this machine before the first file is put there."""
    with tempfile.TemporaryDirectory(prefix="phx-export-") as folder:
        opts.out = str(Path(folder, f"photos.{opts.format}" if opts.format in WRITERS else "folders"))
        done = _written(catalogue, config, opts, form)
        return done | {"out": str(bucket), "uploaded": len(upload(Path(opts.out), bucket))}


def _sentence(done: dict[str, Any]) -> str:
    if done["format"] != "folders":
        return f"Written: {done['out']}\n"
    gone = (
        f" {counted(done['missing'], 'picture')} had no file that can be read: scrapy reconcile --read-data says more."
        if done["missing"]
        else ""
    )
    return (
        f"Written: {counted(done['pictures'], 'picture')} of {counted(done['homes'], 'home')} to {done['out']}.{gone}\n"
    )
