"""A whole collection of invented listings: all catalogue calls of a crawl, without network and real pictures."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from phx_scraper.homes import Home, parse_inline
from phx_scraper.model.records import (
    Decision,
    Fetched,
    ImageRecord,
    ListingRecord,
    PhotoImage,
    PhotoRecord,
    PhotoRow,
    VisitLease,
)
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.runs import new_run_id
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.store import FileStore
from phx_scraper.storage.process_identity import this_holder
from phx_scraper.views import write_all, write_home
from phx_scraper.views.run_record import write_run_record

ADDRESSES = (
    "4732 W Davis Rd, Glendale, AZ 85306",
    "4560 E Sunrise Dr, Phoenix, AZ 85044",
    "1010 N 37th St, Phoenix, AZ 85008",
    "2020 E Camelback Rd Unit 5, Phoenix, AZ 85016",
)
SOURCES = ("zillow", "redfin", "phoenix_mls")
BROKEN = "broken"


@dataclass(frozen=True)
class Shown:
    """A photo of an invented listing: what it shows, how many pixels wide, and its place. `BROKEN` cannot be read."""

    key: str
    scene: str
    width: int = 1000


def homes(count: int = len(ADDRESSES)) -> list[Home]:
    found, errors = parse_inline("; ".join(ADDRESSES[:count]))
    assert not errors
    return list(found)


def listing(source: str, shown: Sequence[Shown], **changes: object) -> ListingRecord:
    photos = tuple(
        PhotoRecord(photo.key, position, url_of(source, photo)) for position, photo in enumerate(shown, start=1)
    )
    values: dict[str, object] = {"claimed_photo_count": len(shown), "evidence": (("address", "a", "a"),)}
    return ListingRecord(f"https://{source}.example/home", "as listed", "for_sale", photos, **{**values, **changes})


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
    image: ImageRecord


def picture(url: str, keep_raw: bool = True) -> Picture:
    """Invented bytes: the scene is the hash, so that copies of one scene in other sizes are found to be copies."""
    _, scene, width, _ = url.removeprefix("https://").split("/")
    raw = f"original of {scene} at {width}".encode()
    png = f"standardised {scene} from {width}".encode() * 20
    raw_sha256, content_hash = hashlib.sha256(raw).hexdigest(), hashlib.sha256(png).hexdigest()
    image = ImageRecord(
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
    )
    return Picture(raw, png, image)


def decide(images: Iterable[PhotoImage]) -> list[Decision]:
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

    def __post_init__(self) -> None:
        self.files = FileStore(self.root, fsync=self.fsync, disk=self.disk)
        self.catalogue = Catalogue.open(self.root / paths.CATALOGUE)

    def begin(self, wanted: Sequence[Home], sources: Sequence[str] = SOURCES) -> None:
        self.catalogue.start_run(self.run_id, "all", {"addresses": "homes.csv"}, time.time())
        self.catalogue.register(wanted, sources, self.run_id)
        self.catalogue.remove_unreferenced(self.files)

    def lease(self, property_hash: str, source: str) -> VisitLease | None:
        return self.catalogue.lease(property_hash, source, self.run_id, this_holder(), time.time())

    def collect(self, lease: VisitLease, outcome: str = "ok") -> None:
        """Visit one home at one source from page to folder."""
        photos = lease.photos
        if lease.needs_page:
            self.log(f"page {lease.property_hash} {lease.source}")
            photos = self.catalogue.record_listing(lease, listing(lease.source, self.show(lease.source)), time.time())
        for photo in photos:
            self.fetch(photo)
        self.finish(lease, outcome)

    def fetch(self, photo: PhotoRow) -> None:
        self.log(f"photo {photo.property_hash} {photo.source} {photo.key}")
        if BROKEN in photo.url:
            self.catalogue.fail_photo(photo.id, "decode_error", time.time())
            return
        made = picture(photo.url, self.keep_raw)
        if made.image.raw_path:
            self.files.write(made.image.raw_path, made.raw)
        self.files.write(made.image.path, made.png)

        def ensure() -> None:
            self.files.write(made.image.path, made.png)

        self.catalogue.store_photo(photo.id, made.image, Fetched(photo.url, time.time()), ensure, time.time())

    def finish(self, lease: VisitLease, outcome: str = "ok") -> None:
        self.catalogue.finish_visit(lease, outcome, "", decide, time.time(), restore=self.restore)
        write_home(self.catalogue, self.files, lease.property_hash)
        self.catalogue.remove_unreferenced(self.files)

    def restore(self, image: ImageRecord) -> bool:
        """Restore the standardised picture from the original, where that is kept."""
        if not self.files.exists(image.path):
            if image.raw_path is None or not self.files.exists(image.raw_path):
                return False
            _, scene, _, width = self.files.read(image.raw_path).decode().rsplit(" ", 3)
            self.files.write(image.path, picture(f"https://x/{scene}/{width}/k").png)
        return True

    def run(self, wanted: Sequence[Home], sources: Sequence[str] = SOURCES) -> None:
        """A whole run; waits for visits leased by other runs."""
        self.begin(wanted, sources)
        hashes = [home.property_hash for home in wanted]
        while True:
            for visit in self.catalogue.due(hashes, sources, time.time(), 7):
                lease = self.lease(*visit)
                if lease is not None:
                    self.collect(lease)
            if not self.catalogue.waiting(hashes, sources, self.run_id, time.time()):
                break
            time.sleep(0.005)  # another process works on it, and nothing signals its end
        self.end()

    def end(self) -> None:
        self.catalogue.finish_run(self.run_id, "finished", {"homes": 1}, time.time())
        write_all(self.catalogue, self.files)
        write_run_record(self.catalogue, self.files, self.run_id)
        self.catalogue.close()
