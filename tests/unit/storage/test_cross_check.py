"""Listings of one home that contradict each other: the weaker is refused, in every order of arrival."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.homes import read_addresses
from phx_scraper.imaging import ProcessedImage
from phx_scraper.model.image import Image
from phx_scraper.model.listing import Evidence, Listing
from phx_scraper.model.photo import Fetched, Photo
from phx_scraper.model.visit import DueVisit
from phx_scraper.storage.catalogue import leases, photos, registration, restart_visits, runs
from phx_scraper.storage.catalogue import listings as listing_table
from phx_scraper.storage.catalogue.apply_cross_check import REST_SECONDS
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.photo_counts import photo_totals, visit_rows
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced
from phx_scraper.storage.files.folder_store import FolderStore
from tests.catalogue_calls import open_galleries, read, write
from tests.catalogue_places import catalogue_at
from tests.snapshot import snapshot
from tests.unit.storage.catalogue_helpers import finish_visit, plain_rule

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
HERE = {"latitude": 33.6, "longitude": -112.15}
FAR = {"latitude": 33.7, "longitude": -112.15}
NEAR = {"latitude": 33.604, "longitude": -112.15}
PLACES = {"zillow": FAR, "redfin": HERE, "phoenix_mls": HERE}
# Zillow shows an older listing's number: nothing but its pin says whether it is the home of the others.
NUMBERS = {"zillow": {"mls": "6100001"}, "redfin": {"mls": "6900001"}, "phoenix_mls": {"mls": "6900001"}}
ONE_NUMBER = {source: {"mls": "6900001"} for source in PLACES}
HASHES = {"zillow": "0f" * 8, "redfin": "f0" * 8, "phoenix_mls": "3c" * 8}


Facts = Mapping[str, Mapping[str, float]]
Numbers = Mapping[str, Mapping[str, str]]


def collected(
    folder: Path, order: tuple[str, ...], places: Facts = PLACES, numbers: Numbers = NUMBERS
) -> tuple[Catalogue, FolderStore, str]:
    """A catalogue in which the sources of one home have answered in this order, one photo each."""
    files = FolderStore(folder, fsync=False)
    catalogue = catalogue_at(folder / "metadata" / "catalogue.sqlite")
    homes, _ = read_addresses(f'full_address\n"{HOME}"\n'.encode())
    write(catalogue, runs.start, "run00001", "all", {}, 1.0)
    write(catalogue, registration.register, homes, order, "run00001")
    for now, source in enumerate(order, 10):
        visit(catalogue, files, homes[0].property_hash, source, float(now), places[source], numbers[source])
    return catalogue, files, homes[0].property_hash


def visit(
    catalogue: Catalogue,
    files: FolderStore,
    property_hash: str,
    source: str,
    now: float,
    place: Mapping[str, float],
    ids: Mapping[str, str],
) -> None:
    lease = write(catalogue, leases.lease, DueVisit(property_hash, source), "run00001", "holder", now)
    assert lease is not None
    listing = Listing(
        source=source,
        url=f"https://{source}.example/1",
        address=HOME,
        status="for_sale",
        ids=dict(ids),
        facts=dict(place),
        evidence=(Evidence("address", HOME, HOME),),
        listing_date=None,
        claimed_photo_count=None,
        photos=(Photo("key", 1, f"https://{source}.example/1.jpg"),),
    )
    (photo,) = write(catalogue, listing_table.record, lease, listing, now)
    image = stored_image(files, source)
    write(catalogue, photos.store, photo.photo_id, image, Fetched(photo.url, now), 0, now)
    files.write(f"raw/{source}.jpg", source.encode())
    finish_visit(catalogue, lease, "ok", "", plain_rule, now, process=decoded)
    remove_unreferenced(catalogue, files)


def stored_image(files: FolderStore, source: str) -> Image:
    image = image_of(source)
    files.write(image.path, source.encode())
    return image


def decoded(data: bytes) -> ProcessedImage:
    image = image_of(data.decode())
    return ProcessedImage(**{name: getattr(image, name) for name in Image.__slots__}, png=data, thumbnail=b"")


def image_of(source: str) -> Image:
    digest = source.encode().hex().ljust(64, "0")[:64]
    path = f"processed/{digest[:8]}/{digest}.png"
    return Image(
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
        made_as="PNG 1024",
        raw_path=f"raw/{source}.jpg",
        path=path,
        file_size_bytes=len(source),
    )


@pytest.mark.parametrize("order", list(itertools.permutations(PLACES)))
def test_the_weaker_page_is_refused_whatever_the_order(order: tuple[str, ...], tmp_path: Path) -> None:
    catalogue, files, property_hash = collected(tmp_path, order)
    visits = {visit.source: visit for visit in read(catalogue, visit_rows, [property_hash], sorted(PLACES))}
    assert {source: visit.outcome for source, visit in visits.items()} == {
        "zillow": "error",
        "redfin": "ok",
        "phoenix_mls": "ok",
    }
    assert visits["zillow"].reason.startswith("contradiction:coordinates")
    assert read(catalogue, photo_totals, [property_hash], "zillow").failures == {"contradiction": 1}
    kept = sorted(path.name for path in files.root.glob("processed/*/*"))
    assert kept == sorted(
        stored_image(FolderStore(tmp_path / "other", fsync=False), source).path.rpartition("/")[2]
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
    with open_galleries(catalogue, [property_hash]) as galleries:
        listings = next(galleries).listings
    kinds = {source: {kind for kind, _, _ in listing.evidence} for source, listing in listings.items()}
    assert kinds["redfin"] == {"address", "mls@phoenix_mls", "coordinates@phoenix_mls"}
    assert kinds["zillow"] == {"address"}
    catalogue.close()


def evidence(catalogue: Catalogue, property_hash: str) -> dict[str, dict[str, str]]:
    """Source -> kind of evidence -> what was found."""
    with open_galleries(catalogue, [property_hash]) as galleries:
        listings = next(galleries).listings
    return {source: {kind: found for kind, _, found in one.evidence} for source, one in listings.items()}


@pytest.mark.parametrize("order", list(itertools.permutations(PLACES)))
def test_an_equal_mls_number_outweighs_pins_and_the_distance_is_shown(order: tuple[str, ...], tmp_path: Path) -> None:
    catalogue, files, property_hash = collected(tmp_path, order, numbers=ONE_NUMBER)
    visits = read(catalogue, visit_rows, [property_hash], sorted(PLACES))
    assert {visit.source: (visit.outcome, visit.reason) for visit in visits} == dict.fromkeys(PLACES, ("ok", ""))
    assert len(list(files.root.glob("processed/*/*"))) == 3
    found = evidence(catalogue, property_hash)
    assert found["zillow"]["pin_apart@redfin"] == "33.70000, -112.15000, 11119 m"
    assert found["redfin"]["pin_apart@zillow"] == "33.60000, -112.15000, 11119 m"
    assert "pin_apart@phoenix_mls" not in found["redfin"]
    catalogue.close()


def test_coordinates_a_few_hundred_metres_apart_are_no_contradiction(tmp_path: Path) -> None:
    places, states = {**PLACES, "zillow": NEAR}, []
    for number, order in enumerate(itertools.permutations(PLACES)):
        catalogue, files, property_hash = collected(tmp_path / str(number), order, places)
        assert {visit.outcome for visit in read(catalogue, visit_rows, [property_hash], sorted(PLACES))} == {"ok"}
        assert evidence(catalogue, property_hash)["zillow"]["pin_apart@redfin"].endswith(", 445 m")
        states.append(snapshot(catalogue, files))
        catalogue.close()
    assert all(state == states[0] for state in states)


def again(catalogue: Catalogue, files: FolderStore, property_hash: str, source: str, now: float, **seen: Any) -> None:
    """The source is asked once more, and shows its home in another place or under another number."""
    write(catalogue, restart_visits.requeue, [property_hash], [source])
    visit(catalogue, files, property_hash, source, now, seen.get("place", HERE), seen.get("ids", NUMBERS[source]))


def outcome(catalogue: Catalogue, property_hash: str, source: str) -> tuple[str, float | None]:
    (found,) = read(catalogue, visit_rows, [property_hash], [source])
    return found.outcome, found.not_before


@pytest.mark.parametrize("change", [{"place": FAR}, {"ids": NUMBERS["zillow"]}], ids=["pin", "number"])
def test_a_contradiction_is_resolved_when_the_other_source_changes(change: dict[str, Any], tmp_path: Path) -> None:
    catalogue, files, property_hash = collected(tmp_path, ("redfin", "zillow"))
    assert outcome(catalogue, property_hash, "zillow") == ("error", 11.0 + REST_SECONDS)
    assert len(list(files.root.glob("processed/*/*"))) == 1
    again(catalogue, files, property_hash, "redfin", 20.0, **change)
    assert outcome(catalogue, property_hash, "zillow") == ("ok", None)
    assert read(catalogue, photo_totals, [property_hash], "zillow").stored == 1
    assert len(list(files.root.glob("processed/*/*"))) == 2
    assert "coordinates@redfin" in evidence(catalogue, property_hash)["zillow"] or "ids" in change
    catalogue.close()


def test_a_resolved_contradiction_returns_with_its_cause(tmp_path: Path) -> None:
    catalogue, files, property_hash = collected(tmp_path, ("redfin", "zillow"))
    for now, place, expected in ((20.0, FAR, "ok"), (30.0, HERE, "error"), (40.0, NEAR, "error"), (50.0, FAR, "ok")):
        again(catalogue, files, property_hash, "redfin", now, place=place)
        assert outcome(catalogue, property_hash, "zillow")[0] == expected
    catalogue.close()
