"""A whole collection over invented listings: every call that a crawl makes, without a network or real pictures."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from phx_scraper.errors import BadPhoto, FilesRemoved
from phx_scraper.homes import Home, parse_inline
from phx_scraper.imaging.decoder_pool import Process
from phx_scraper.imaging.duplicates.rule import PLAIN
from phx_scraper.imaging.process_image import ProcessedImage
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.model.image import Image, PhotoImage
from phx_scraper.model.listing import Evidence, Listing
from phx_scraper.model.photo import Decision, Fetched, Photo
from phx_scraper.model.visit import DueVisit, Finished, VisitLease
from phx_scraper.reconcile.restore_picture import make_again
from phx_scraper.run.deduplicate import DuplicatePlan, plan_duplicates
from phx_scraper.run.end_visit import PicturesGone, PlanOutdated, VisitEnd, end_visit
from phx_scraper.run.look_for_files import look_for_files
from phx_scraper.storage.catalogue import leases, listings, registration, removals_begun, runs
from phx_scraper.storage.catalogue import photos as photo_table
from phx_scraper.storage.catalogue.any_database import open_database
from phx_scraper.storage.catalogue.apply_duplicates import home_images
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced
from phx_scraper.storage.catalogue.runs import new_run_id
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.process_identity import this_holder
from phx_scraper.views import write_all, write_home
from phx_scraper.views.run_record import write_run_record
from tests.catalogue_calls import read, write
from tests.catalogue_places import catalogue_at, path_of

ADDRESSES = (
    "4732 W Davis Rd, Glendale, AZ 85306",
    "4560 E Sunrise Dr, Phoenix, AZ 85044",
    "1010 N 37th St, Phoenix, AZ 85008",
    "2020 E Camelback Rd Unit 5, Phoenix, AZ 85016",
)
SOURCES = ("zillow", "redfin", "phoenix_mls")
BROKEN = "broken"
THUMBNAIL = b"\xff\xd8 small \xff\xd9"
"""What shows every picture in small."""
PNG_1024 = "PNG 1024"


@dataclass(frozen=True)
class Shown:
    """A photo of an invented listing: what it shows, how many pixels wide, and its place. `BROKEN` cannot be read.

    Its URL tells the picture unless `names_content` is False.
    """

    key: str
    scene: str
    width: int = 1000
    names_content: bool = True


def homes(count: int = len(ADDRESSES)) -> list[Home]:
    found, errors = parse_inline("; ".join(ADDRESSES[:count]))
    assert not errors
    return list(found)


def listing(source: str, shown: Sequence[Shown], **changes: object) -> Listing:
    photos = tuple(
        Photo(photo.key, position, url_of(source, photo), names_content=photo.names_content)
        for position, photo in enumerate(shown, start=1)
    )
    found = Listing(source, f"https://{source}.example/home", "as listed", {}, "for_sale", None, len(shown), photos)
    return replace(found, **{"evidence": (Evidence("address", "a", "a"),), **changes})


def url_of(source: str, photo: Shown) -> str:
    return f"https://{source}.example/{photo.scene}/{photo.width}/{photo.key}"


def usual(source: str) -> list[Shown]:
    """What a source shows of any home: two scenes that all show in different sizes, one of its own, a broken one."""
    width = {"zillow": 1536, "redfin": 2048, "phoenix_mls": 1024}[source]
    return [
        Shown(f"{source[0]}1", "front", width),
        Shown(f"{source[0]}2", "kitchen", 3000 - width),
        Shown(f"{source[0]}3", f"only-{source}", width),
        Shown(f"{source[0]}4", BROKEN),
    ]


@dataclass
class Picture:
    """Original and standardised bytes of a photo, with the record that the catalogue keeps."""

    raw: bytes
    png: bytes
    image: Image


def picture(url: str, keep_raw: bool = True) -> Picture:
    """Invented bytes: the scene is the hash, so that copies of one scene in other sizes are found to be copies."""
    _, scene, width, _ = url.removeprefix("https://").split("/")
    raw = f"original of {scene} at {width}".encode()
    png = f"standardised {scene} from {width}".encode() * 20
    raw_sha256, content_hash = hashlib.sha256(raw).hexdigest(), hashlib.sha256(png).hexdigest()
    image = Image(
        raw_sha256=raw_sha256,
        content_hash=content_hash,
        phash=hashlib.sha256(scene.encode()).hexdigest()[:16],
        dhash="0" * 16,
        hash_version="v1",
        width=1024,
        height=683,
        original_width=int(width),
        original_height=int(width) * 2 // 3,
        original_format="JPEG",
        raw_bytes=len(raw),
        raw_path=paths.raw(raw_sha256, "jpg") if keep_raw else None,
        path=paths.processed(content_hash),
        file_size_bytes=len(png),
        signature=scene.encode(),
        quality={"sharpness": 1.0},
        made_as=PNG_1024,
    )
    return Picture(raw, png, image)


def decide(images: Sequence[PhotoImage]) -> list[Decision]:
    """The widest picture of each scene is kept; ties go to the first in the order given."""
    best: dict[str, PhotoImage] = {}
    shown = list(images)
    for image in shown:
        if image.phash not in best or image.original_width > best[image.phash].original_width:
            best[image.phash] = image
    return [_decision(image, best[image.phash]) for image in shown]


def _decision(image: PhotoImage, kept: PhotoImage) -> Decision:
    if image is kept:
        return Decision(image.photo_id, "stored")
    return Decision(image.photo_id, "duplicate", kept.photo_id, "near", 2)


def process(data: bytes) -> ProcessedImage:
    """What decoding the original of an invented picture gives. Raises BadPhoto."""
    text = data.decode(errors="replace").rsplit(" ", 3)
    if len(text) != 4 or not data.startswith(b"original of"):
        raise BadPhoto("not_image")
    made = picture(f"https://x/{text[1]}/{text[3]}/k")
    return ProcessedImage(
        **{name: getattr(made.image, name) for name in Image.__slots__}, png=made.png, thumbnail=THUMBNAIL
    )


class UnlockedOnly:
    """Decodes invented originals, and fails where somebody waits for the catalogue meanwhile; `seen` counts them."""

    def __init__(self, place: CataloguePlace) -> None:
        self._place = place
        self.seen = 0

    def __call__(self, data: bytes) -> ProcessedImage:
        if isinstance(self._place, Path):
            with contextlib.closing(sqlite3.connect(self._place, timeout=0)) as another:
                another.execute("BEGIN IMMEDIATE")
        else:
            with contextlib.closing(open_database(self._place)) as server, server.write():
                pass
        self.seen += 1
        return process(data)


def plain_rule(images: Sequence[PhotoImage]) -> Sequence[Decision]:
    """The real rule, by hashes alone."""
    return plan_duplicates(images, PLAIN).decisions


def finish_visit(
    catalogue: Catalogue,
    lease: VisitLease,
    outcome: str,
    reason: str,
    rule: Callable[[Sequence[PhotoImage]], Sequence[Decision]],
    now: float,
    not_before: float | None = None,
    *,
    detail: str = "",
    photos_wanted: bool = True,
    process: Process = process,
    files: FolderStore | None = None,
) -> Finished:
    """End a visit by any duplicate rule, in the store around the catalogue, where originals are as invented above."""
    files = files or FolderStore(path_of(catalogue).parent.parent, fsync=False)
    end = VisitEnd(lease, outcome, now, reason, detail, not_before, photos_wanted=photos_wanted)
    images = read(catalogue, home_images, lease.property_hash)
    restored: set[str] = set()
    while True:
        plan = DuplicatePlan(images, rule(images))
        try:
            return write(catalogue, end_visit, look_for_files(catalogue, files, plan), end, plan, restored)
        except FilesRemoved:
            continue
        except PlanOutdated as outdated:
            images = list(outdated.images)
        except PicturesGone as gone:
            for image in gone.images:
                make_again(catalogue, files, image, process)
                restored.add(image.path)


@dataclass
class Collector:
    """One run over a data folder."""

    root: Path
    fsync: bool = True
    log: Callable[[str], None] = lambda line: None
    show: Callable[[str], list[Shown]] = usual
    keep_raw: bool = True
    run_id: str = field(default_factory=new_run_id)
    disk: Disk | None = None
    addresses: str = "homes.csv"

    def __post_init__(self) -> None:
        self.files = FolderStore(self.root, fsync=self.fsync, disk=self.disk)
        self.catalogue = catalogue_at(self.root / paths.CATALOGUE)

    def begin(self, wanted: Sequence[Home], sources: Sequence[str] = SOURCES) -> None:
        write(self.catalogue, runs.start, self.run_id, "all", {"addresses": self.addresses}, time.time())
        write(self.catalogue, registration.register, wanted, sources, self.run_id)
        remove_unreferenced(self.catalogue, self.files)

    def lease(self, property_hash: str, source: str) -> VisitLease | None:
        return write(
            self.catalogue, leases.lease, DueVisit(property_hash, source), self.run_id, this_holder(), time.time()
        )

    def collect(self, lease: VisitLease, outcome: str = "ok") -> None:
        """Visit one home at one source from page to folder."""
        photos = lease.photos
        if lease.needs_page:
            self.log(f"page {lease.property_hash} {lease.source}")
            photos = write(
                self.catalogue, listings.record, lease, listing(lease.source, self.show(lease.source)), time.time()
            )
        for photo in photos:
            self.fetch(photo, lease.property_hash)
        self.finish(lease, outcome)

    def fetch(self, photo: Photo, property_hash: str = "") -> None:
        self.log(f"photo {property_hash} {photo.source} {photo.key}")
        if BROKEN in photo.url:
            write(self.catalogue, photo_table.fail, photo.photo_id, "decode_error", time.time())
            return
        made = picture(photo.url, self.keep_raw)
        if photo.check_due and made.image.raw_sha256 == photo.raw_sha256:
            write(self.catalogue, photo_table.confirm, photo.photo_id, time.time())
            return
        fetched = Fetched(photo.url, time.time(), f'"{photo.key}"')
        since = read(self.catalogue, removals_begun.last)
        while True:
            self.write_files(made)
            try:
                write(self.catalogue, photo_table.store, photo.photo_id, made.image, fetched, since, time.time())
                return
            except FilesRemoved:
                since = removals_begun.wait_until_free(self.catalogue, photo_table.files_of(made.image))

    def write_files(self, made: Picture) -> None:
        if made.image.raw_path:
            self.files.write(made.image.raw_path, made.raw)
        self.files.write(paths.thumbnail(made.image.content_hash), THUMBNAIL)
        self.files.write(made.image.path, made.png)

    def finish(self, lease: VisitLease, outcome: str = "ok") -> None:
        finish_visit(self.catalogue, lease, outcome, "", decide, time.time(), files=self.files)
        write_home(self.catalogue, self.files, lease.property_hash)
        remove_unreferenced(self.catalogue, self.files)

    def run(self, wanted: Sequence[Home], sources: Sequence[str] = SOURCES) -> None:
        """Everything, to the end; what other runs have in hand is waited for."""
        self.begin(wanted, sources)
        hashes = [home.property_hash for home in wanted]
        while True:
            for visit in read(self.catalogue, leases.due, hashes, sources, time.time(), 7):
                lease = self.lease(*visit)
                if lease is not None:
                    self.collect(lease)
            if not read(self.catalogue, leases.waiting, hashes, sources, self.run_id, time.time()):
                break
            time.sleep(0.005)  # another process is at work; nothing in this one would tell when it is done
        self.end()

    def end(self) -> None:
        write(self.catalogue, runs.finish, self.run_id, "finished", {"homes": 1}, time.time())
        write_all(self.catalogue, self.files)
        write_run_record(self.catalogue, self.files, self.run_id)
        self.catalogue.close()
