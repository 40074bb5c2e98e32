"""Drives the catalogue with the calls of a crawl, without network and pictures."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bench.homes_list import address
from bench.synthetic_catalogue import add_homes
from phx_scraper.homes import Home, parse_inline
from phx_scraper.imaging.duplicates.rule import PLAIN
from phx_scraper.imaging.hashing import HASH_VERSION
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.model.image import Image
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Decision, Fetched, Photo
from phx_scraper.model.visit import DueVisit, VisitLease
from phx_scraper.run.deduplicate import DuplicatePlan
from phx_scraper.run.end_visit import VisitEnd, end_visit
from phx_scraper.run.look_for_files import KeptFiles
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.storage.catalogue import leases, listings, photos, registration, removals_begun, runs
from phx_scraper.storage.catalogue.apply_duplicates import home_images
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced
from phx_scraper.storage.catalogue.runs import new_run_id
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.process_identity import this_holder

SOURCE = "zillow"
PHOTOS = 40
_NOW = 1_767_225_600.0
_SIGNATURE_BYTES = 6_000


class CatalogueDriver:
    """A catalogue that is filled home by home, forty photos each if not told otherwise, or with many homes at once."""

    def __init__(self, path: CataloguePlace, photos_of_home: int = PHOTOS, folder: Path | None = None) -> None:
        self.path, self._photos_of_home = path, photos_of_home
        self.photos = 0
        self.run_id = new_run_id()
        self._files = FolderStore(folder or self.file.parent)
        self._homes = 0
        self.open()
        self.read_hashes()
        with self.catalogue.transaction() as tx:
            runs.start(tx, self.run_id, SOURCE, {}, _NOW)

    @property
    def file(self) -> Path:
        """The catalogue's file, where it is one."""
        assert isinstance(self.path, Path)
        return self.path

    def open(self) -> None:
        """Open the catalogue."""
        self.catalogue = Catalogue.open(self.path)

    def read_hashes(self) -> None:
        """Build the index of hashes from the catalogue, as every run does before its first request."""
        self.near_duplicates = NearDuplicateIndex(PLAIN)
        self.near_duplicates.catch_up(self.catalogue)

    def collect_home(self) -> None:
        """All calls of one more home: register, lease, listing, each photo, ending, removals, comparing."""
        home = self._next_home()
        with self.catalogue.transaction() as tx:
            registration.register(tx, [home], [SOURCE], self.run_id)
        with self.catalogue.transaction() as tx:
            lease = leases.lease(tx, DueVisit(home.property_hash, SOURCE), self.run_id, this_holder(), _NOW)
        assert lease is not None
        with self.catalogue.transaction() as tx:
            rows = listings.record(tx, lease, _listing(home.address, self._photos_of_home), _NOW)
        for row in rows:
            name = hashlib.sha256(row.url.encode()).hexdigest()
            fetched = Fetched(row.url, _NOW, '"validator"', "Mon, 06 Jan 2025 08:00:00 GMT")
            with self.catalogue.transaction() as tx:
                photos.store(tx, row.photo_id, _image(name), fetched, removals_begun.last(tx), _NOW)
        self._finish(lease)
        remove_unreferenced(self.catalogue, self._files)
        self.near_duplicates.catch_up(self.catalogue)
        self.photos += self._photos_of_home

    def _finish(self, lease: VisitLease) -> None:
        with self.catalogue.reading() as tx:
            images = home_images(tx, lease.property_hash)
        plan = DuplicatePlan(images, [Decision(image.photo_id, "stored") for image in images])
        with self.catalogue.transaction() as tx:
            end_visit(tx, KeptFiles(), VisitEnd(lease, "ok", _NOW), plan, ())

    def fill(self, photos: int) -> None:
        """Fill the catalogue up to `photos` photos, by SQL, once a home is in it."""
        (template,), _ = parse_inline(address(0))
        more = (photos - self.photos) // self._photos_of_home
        self.close()
        add_homes(self.file, template.property_hash, more, self.near_duplicates.scheme.key)
        self.open()
        self.read_hashes()
        self.photos += more * self._photos_of_home

    def close(self) -> None:
        """Close the catalogue."""
        self.catalogue.close()

    def _next_home(self) -> Home:
        (home,), _ = parse_inline(address(self._homes))
        self._homes += 1
        return home


def _listing(text: str, photos: int) -> Listing:
    slug = text.replace(" ", "-")
    shown = tuple(
        Photo(f"key{number}", number, f"https://photos.zillowstatic.com/fp/{slug}/{number}.jpg")
        for number in range(1, photos + 1)
    )
    return Listing("zillow", "https://www.zillow.com/homedetails/1_zpid/", text, {}, "for_sale", None, None, shown)


def _image(name: str) -> Image:
    return Image(
        raw_sha256=name,
        content_hash=name,
        phash=name[:16],
        dhash=name[16:32],
        hash_version=HASH_VERSION,
        width=1024,
        height=683,
        original_width=1536,
        original_height=1024,
        original_format="JPEG",
        raw_bytes=250_000,
        raw_path=f"raw/{name[:2]}/{name}.jpg",
        path=f"processed/{name[:2]}/{name}.png",
        file_size_bytes=1_000_000,
        signature=bytes(_SIGNATURE_BYTES),
        quality={"sharpness": 250.0, "exposure": 0.5, "entropy": 7.1},
        made_as="PNG 1024",
    )
