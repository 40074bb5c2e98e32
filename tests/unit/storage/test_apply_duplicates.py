"""A home's photos at the end of a visit: the duplicate rule's decisions are checked, applied and counted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.model.image import Image, PhotoImage
from phx_scraper.model.photo import Decision
from phx_scraper.storage.catalogue import photos, restart_visits
from phx_scraper.storage.catalogue.photo_counts import photo_totals, visit_rows
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.storage.catalogue_helpers import BROKEN, Collector, Shown, decide, finish_visit, picture, usual
from tests.unit.storage.visit_helpers import HOME, A, B, lease, record, visit


def test_an_image_is_known_by_bytes_and_hash_version(begun: Collector) -> None:
    visit(begun, A)
    image = picture("https://zillow/front/1000/a").image
    assert read(begun.catalogue, photos.known_image, image.raw_sha256, "v1") == image
    assert read(begun.catalogue, photos.known_image, image.raw_sha256, "v2") is None
    assert read(begun.catalogue, photos.known_image, "0" * 64, "v1") is None


def test_a_visit_with_pending_photos_is_not_done(begun: Collector) -> None:
    held = lease(begun)
    record(begun, held, A)
    finished = finish_visit(begun.catalogue, held, "ok", "", decide, 5e9)
    assert finished.reopened == 1
    again = lease(begun)
    assert (again.needs_page, [photo.key for photo in again.photos]) == (False, ["a"])
    assert finish_visit(begun.catalogue, again, "ok", "dry run", decide, 5e9, photos_wanted=False).reopened == 0
    assert read(begun.catalogue, visit_rows, [HOME], ["zillow"])[0].outcome == "ok"


def test_counts_name_failures(begun: Collector) -> None:
    visit(begun, A, Shown("b", "front", 500), Shown("c", BROKEN), Shown("d", BROKEN))
    counts = read(begun.catalogue, photo_totals, [HOME], "zillow")
    assert (counts.found, counts.stored, counts.duplicates, counts.failed) == (4, 1, 1, 2)
    assert counts.failures == {"decode_error": 2}
    assert read(begun.catalogue, photo_totals, [HOME, "00000000"], "zillow") == counts


def test_the_rule_sees_all_sources_in_a_fixed_order(begun: Collector) -> None:
    seen: list[list[tuple[str, str]]] = []

    def watch(images: Sequence[PhotoImage]) -> list[Decision]:
        seen.append([(image.source, image.key) for image in images])
        return decide(images)

    for source in ("redfin", "zillow"):
        held = lease(begun, source)
        for photo in record(begun, held, Shown(f"{source[0]}2", "pool", 10), Shown(f"{source[0]}1", "yard", 10)):
            begun.fetch(photo)
        finish_visit(begun.catalogue, held, "ok", "", watch, 5e9)
    assert sorted(seen[0]) == [("redfin", "r1"), ("redfin", "r2")]
    assert [key for _, key in seen[1] if key.startswith("z")] == ["z2", "z1"]
    assert len(seen[1]) == 4


UNSOUND = {
    "one left out": lambda ids: [Decision(ids[0], "stored")],
    "one twice": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "stored"), Decision(ids[1], "stored")],
    "a stranger": lambda ids: [Decision(ids[0], "stored"), Decision(999, "stored")],
    "of itself": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "duplicate", ids[1])],
    "of nothing": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "duplicate")],
    "kept and a copy": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "stored", ids[0])],
    "a copy that may be one": lambda ids: [
        Decision(ids[0], "stored"),
        Decision(ids[1], "duplicate", ids[0], maybe=((ids[0], {}),)),
    ],
    "may be its own copy": lambda ids: [Decision(ids[0], "stored", maybe=((ids[0], {}),)), Decision(ids[1], "stored")],
    "unknown state": lambda ids: [Decision(ids[0], "stored"), Decision(ids[1], "maybe", ids[0])],
}


@pytest.mark.parametrize("unsound", UNSOUND.values(), ids=UNSOUND.keys())
def test_invalid_decisions_change_nothing(begun: Collector, unsound) -> None:  # type: ignore[no-untyped-def]
    held = lease(begun)
    for photo in record(begun, held, A, B):
        begun.fetch(photo)
    with pytest.raises(StorageError, match="duplicate rule"):
        finish_visit(begun.catalogue, held, "ok", "", lambda images: unsound([i.photo_id for i in images]), 5e9)
    assert read(begun.catalogue, visit_rows, [HOME], ["zillow"])[0].outcome == "pending"


def test_image_records_are_read_back_unchanged(begun: Collector) -> None:
    visit(begun, A)
    with open_galleries(begun.catalogue) as galleries:
        (photo,) = next(galleries).photos
    expected: Image = picture("https://zillow/front/1000/a").image
    assert photo.image == expected
    assert photo.url == "https://zillow.example/front/1000/a"


def test_photo_counts_of_a_listing_add_up(begun: Collector) -> None:
    for source in ("zillow", "redfin", "phoenix_mls"):
        visit(begun, *usual(source), source=source)
    totals = [read(begun.catalogue, photo_totals, [HOME], source) for source in ("zillow", "redfin", "phoenix_mls")]
    assert sum(total.stored for total in totals) == 5
    assert sum(total.duplicates for total in totals) == 4
    assert sum(total.failed for total in totals) == 3


def _uncertain(images: Sequence[PhotoImage]) -> list[Decision]:
    """All kept; the last one may be a copy of the first."""
    maybe = ((images[0].photo_id, {"phash": 12, "likeness": 0.75}),) if len(images) > 1 else ()
    decisions = [Decision(image.photo_id, "stored") for image in images]
    return [*decisions[:-1], Decision(images[-1].photo_id, "stored", maybe=maybe)]


def _maybes(begun: Collector) -> dict[str, list[tuple[str, float]]]:
    with open_galleries(begun.catalogue) as galleries:
        shown = next(galleries).photos
    return {photo.key: [(key, measures["likeness"]) for _, key, measures in photo.maybe] for photo in shown}


def test_pairs_that_may_be_copies_are_kept_with_their_measures_until_they_are_none(begun: Collector) -> None:
    keys = [photo.key for photo in (A, B)]
    for rule, pairs in ((_uncertain, [[(keys[1], 0.75)], [(keys[0], 0.75)]]), (decide, [[], []]), (_uncertain, None)):
        held = lease(begun)
        for photo in record(begun, held, A, B):
            begun.fetch(photo)
        finish_visit(begun.catalogue, held, "ok", "", rule, 5e9)
        if pairs is not None:
            assert _maybes(begun) == dict(zip(keys, pairs, strict=True))
        write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    # A photo that its listing dropped is nobody's copy.
    held = lease(begun)
    for photo in record(begun, held, A):
        begun.fetch(photo)
    finish_visit(begun.catalogue, held, "ok", "", _uncertain, 6e9)
    assert all(not others for others in _maybes(begun).values())
