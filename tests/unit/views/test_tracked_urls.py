"""url_tracker.json has the fields by which programs of the earlier system follow photos, and tells shared URLs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.views import write_state
from phx_scraper.views.documents import timestamp
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import BROKEN, Collector, Shown, homes, picture, url_of
from tests.unit.storage.visit_helpers import HOME, A, B, next_run, visit

EARLIER = {"image_id", "property_hash", "first_seen", "last_seen", "content_hash", "source", "status"}
OURS = {"last_checked", "http_status", "etag", "last_modified", "state", "raw_sha256", "first_run_id", "run_id"}


@pytest.fixture
def begun(collector: Collector) -> Collector:
    collector.begin(homes(1))
    return collector


def tracked(collector: Collector) -> dict[str, Any]:
    write_state(collector.catalogue, collector.files)
    found: dict[str, Any] = json.loads(collector.files.read("metadata/url_tracker.json"))
    assert set(found) == {"version", "last_updated", "total_urls", "urls"}
    urls: dict[str, Any] = found["urls"]
    assert found["total_urls"] == len(urls)
    return urls


def set_photo(catalogue: Catalogue, key: str, **values: Any) -> None:
    photos = schema.photos
    write(catalogue, lambda tx: tx.execute(photos.update().where(photos.c.key == key).values(**values)))


def test_each_url_with_the_fields_of_the_earlier_system(begun: Collector) -> None:
    visit(begun, A, B)
    urls = tracked(begun)
    assert list(urls) == sorted(url_of("zillow", photo) for photo in (A, B))
    entry = urls[url_of("zillow", A)]
    assert set(entry) == EARLIER | OURS
    assert entry["image_id"] == f"{HOME}_z_a"
    assert entry["content_hash"] == picture(url_of("zillow", A)).image.content_hash
    assert (entry["status"], entry["state"], entry["http_status"]) == ("active", "stored", None)
    assert entry["first_seen"] <= entry["last_seen"]


def test_a_photo_that_is_gone_is_removed_and_keeps_when_it_was_first_seen(begun: Collector) -> None:
    visit(begun, A, B)
    before = tracked(begun)[url_of("zillow", B)]
    next_run(begun)
    visit(begun, A)
    entry = tracked(begun)[url_of("zillow", B)]
    assert (entry["status"], entry["first_seen"]) == ("removed", before["first_seen"])
    assert entry["content_hash"] == before["content_hash"]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"state": "failed", "reason": "http_404"}, 404),
        ({"state": "failed", "reason": "timeout"}, None),
        ({"checked_at": 9.0, "http_status": 304}, 304),
    ],
)
def test_what_the_server_last_answered(begun: Collector, values: dict[str, Any], status: int | None) -> None:
    visit(begun, A)
    set_photo(begun.catalogue, "a", **values)
    entry = tracked(begun)[url_of("zillow", A)]
    assert entry["http_status"] == status
    assert "checked_at" not in values or entry["last_checked"] == timestamp(9.0)


def test_a_url_that_two_homes_show_is_told_of_both(collector: Collector) -> None:
    collector.show = lambda _source: [Shown("a", "front")]
    collector.begin(homes(2), ["zillow"])
    for home in homes(2):
        held = collector.lease(home.property_hash, "zillow")
        assert held is not None
        collector.collect(held)
    first = sorted(home.property_hash for home in homes(2))[0]
    photos = schema.photos
    gone = photos.update().where(photos.c.property_hash == first).values(removed_at=7.0)
    write(collector.catalogue, lambda tx: tx.execute(gone))
    ((_, entry),) = tracked(collector).items()
    assert entry["status"] == "active"
    (other,) = entry["also"]
    assert (other["status"], other["property_hash"]) == ("removed", first)


def test_a_photo_that_cannot_be_read_was_seen_all_the_same(begun: Collector) -> None:
    broken = Shown("b", BROKEN)
    visit(begun, A, broken)
    entry = tracked(begun)[url_of("zillow", broken)]
    assert (entry["status"], entry["state"], entry["content_hash"]) == ("active", "failed", None)
