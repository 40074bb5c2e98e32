"""A photo's tags on their whole way: page, catalogue, manifest, and back from there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from phx_scraper import pages
from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.process_image import ProcessedImage
from phx_scraper.model.listing import Listing
from phx_scraper.reconcile.rebuild import rebuild
from phx_scraper.storage.catalogue import listings, photos
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.views import write_all
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, homes

FIXTURE = Path(__file__).parents[2] / "fixtures" / "redfin" / "for-sale"
HOME = homes(1)[0]


def page() -> Listing:
    url = json.loads((FIXTURE / "expected.json").read_text(encoding="utf-8"))["url"]
    return pages.read("redfin", url, (FIXTURE / "input.html").read_bytes())


def collected(collector: Collector, listing: Listing) -> None:
    """A visit that finds this listing, and none of its photos."""
    collector.begin([HOME], ["redfin"])
    held = collector.lease(HOME.property_hash, "redfin")
    assert held is not None
    for photo in write(collector.catalogue, listings.record, held, listing, 1.0):
        write(collector.catalogue, photos.fail, photo.photo_id, "http_404", 2.0)
    collector.finish(held)
    write_all(collector.catalogue, collector.files)


def tags_in(collector: Collector) -> list[list[str] | None]:
    manifest: dict[str, Any] = json.loads(collector.files.read("metadata/image_manifest.json"))
    return [entry.get("tags") for entry in manifest["properties"][HOME.address]]


def test_tags_of_a_page_are_in_the_manifest_and_only_where_there_are_any(collector: Collector) -> None:
    listing = page()
    on_page = [list(photo.tags) or None for photo in listing.photos]
    assert any(on_page)
    assert None in on_page
    collected(collector, listing)
    assert tags_in(collector) == on_page


def test_a_catalogue_made_anew_has_them_from_the_manifest(collector: Collector) -> None:
    collected(collector, page())
    before = tags_in(collector)
    collector.catalogue.close()
    collector.catalogue.path.unlink()

    def unreadable(_data: bytes) -> ProcessedImage:
        raise BadPhoto("not_image")

    assert rebuild(collector.catalogue.path, collector.files, unreadable).lost == []
    collector.catalogue = Catalogue.open(collector.catalogue.path)
    write_all(collector.catalogue, collector.files)
    assert tags_in(collector) == before
