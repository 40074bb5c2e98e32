"""Listings of one home that contradict each other: the weaker is refused, in every order of arrival."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from phx_scraper.homes import read_addresses
from phx_scraper.imaging.rule import PLAIN
from phx_scraper.keeping.decide import Decider
from phx_scraper.keeping.judge import judge
from phx_scraper.storage.catalogue import Catalogue
from phx_scraper.storage.files import FileStore
from phx_scraper.storage.records import Fetched, ImageRecord, ListingRecord, PhotoRecord
from phx_scraper.storage.snapshot import snapshot

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
HERE = {"latitude": 33.6, "longitude": -112.15}
FAR = {"latitude": 33.7, "longitude": -112.15}
PLACES = {"zillow": FAR, "redfin": HERE, "phoenix_mls": HERE}
HASHES = {"zillow": "0f" * 8, "redfin": "f0" * 8, "phoenix_mls": "3c" * 8}


def collected(folder: Path, order: tuple[str, ...]) -> tuple[Catalogue, FileStore, str]:
    """A catalogue in which the sources of one home have answered in this order, one photo each."""
    files = FileStore(folder, fsync=False)
    catalogue = Catalogue.open(folder / "metadata" / "catalogue.sqlite")
    homes, _ = read_addresses(f'full_address\n"{HOME}"\n'.encode())
    catalogue.start_run("run00001", "all", {}, 1.0)
    catalogue.register(homes, order, "run00001")
    for now, source in enumerate(order, 10):
        visit(catalogue, files, homes[0].property_hash, source, float(now))
    return catalogue, files, homes[0].property_hash


def visit(catalogue: Catalogue, files: FileStore, property_hash: str, source: str, now: float) -> None:
    lease = catalogue.lease(property_hash, source, "run00001", "holder", now)
    assert lease is not None
    listing = ListingRecord(
        url=f"https://{source}.example/1",
        address=HOME,
        status="for_sale",
        ids={"mls": "6900001"},
        facts=PLACES[source],
        evidence=(("address", HOME, HOME),),
        photos=(PhotoRecord("key", 1, f"https://{source}.example/1.jpg"),),
    )
    (photo,) = catalogue.record_listing(lease, listing, now)
    image = stored_image(files, source)
    catalogue.store_photo(photo.id, image, Fetched(photo.url, now), lambda: None, now)

    def restore(record: ImageRecord) -> bool:
        files.write(record.path, source.encode())
        return True

    catalogue.finish_visit(lease, "ok", "", Decider(PLAIN), now, restore=restore, judge=judge)
    catalogue.remove_unreferenced(files)


def stored_image(files: FileStore, source: str) -> ImageRecord:
    digest = source.encode().hex().ljust(64, "0")[:64]
    path = f"processed/{digest[:8]}/{digest}.png"
    files.write(path, source.encode())
    return ImageRecord(
        raw_sha256=digest,
        content_hash=digest,
        phash=HASHES[source],
        dhash=HASHES[source],
        hash_version="test",
        width=10,
        height=10,
        original_width=10,
        original_height=10,
        original_format="JPEG",
        raw_bytes=3,
        raw_path=None,
        path=path,
        file_size_bytes=len(source),
    )


@pytest.mark.parametrize("order", list(itertools.permutations(PLACES)))
def test_the_weaker_page_is_refused_whatever_the_order(order: tuple[str, ...], tmp_path: Path) -> None:
    catalogue, files, property_hash = collected(tmp_path, order)
    visits = {visit.source: visit for visit in catalogue.visits([property_hash], sorted(PLACES))}
    assert {source: visit.outcome for source, visit in visits.items()} == {
        "zillow": "error",
        "redfin": "ok",
        "phoenix_mls": "ok",
    }
    assert visits["zillow"].reason.startswith("contradiction:coordinates")
    assert catalogue.photo_totals([property_hash], "zillow").failures == {"contradiction": 1}
    kept = sorted(path.name for path in files.root.glob("processed/*/*"))
    assert kept == sorted(
        stored_image(FileStore(tmp_path / "other", fsync=False), source).path.rpartition("/")[2]
        for source in ("redfin", "phoenix_mls")
    )
    catalogue.close()


def test_the_end_state_is_the_same_for_every_order(tmp_path: Path) -> None:
    states = []
    for number, order in enumerate(itertools.permutations(PLACES)):
        catalogue, files, _ = collected(tmp_path / str(number), order)
        states.append(snapshot(catalogue, files))
        catalogue.close()
    assert all(state == states[0] for state in states)


def test_agreements_are_recorded_as_evidence(tmp_path: Path) -> None:
    catalogue, _, property_hash = collected(tmp_path, tuple(PLACES))
    with catalogue.galleries([property_hash]) as galleries:
        listings = next(galleries).listings
    kinds = {source: {kind for kind, _, _ in listing.evidence} for source, listing in listings.items()}
    assert kinds["redfin"] == {"address", "mls@phoenix_mls", "coordinates@phoenix_mls"}
    assert kinds["zillow"] == {"address"}
    catalogue.close()
