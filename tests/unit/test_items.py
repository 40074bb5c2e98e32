"""What users' own pipelines and feeds find in an item stays what it is, whatever records hold it."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

from itemadapter import ItemAdapter
from scrapy.exporters import CsvItemExporter, JsonLinesItemExporter
from scrapy.utils.serialize import ScrapyJSONEncoder

from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Evidence, Listing
from phx_scraper.model.photo import Photo, Variant
from phx_scraper.model.visit import VisitLease

FIRST, SECOND = "https://photos.zillowstatic.com/1.jpg", "https://photos.zillowstatic.com/1-small.jpg"
AS_DICT = {
    "property_hash": "4a5b6c7d",
    "source": "zillow",
    "asked_address": "4732 W Davis Rd, Glendale, AZ 85306",
    "address": "4732 West Davis Road",
    "url": "https://www.zillow.com/1",
    "status": "for_sale",
    "listing_date": "2026-03-01",
    "claimed_photo_count": 2,
    "ids": {"zpid": "1"},
    "evidence": [{"kind": "zpid", "asked": "1", "found": "1"}],
    "photos": [
        {
            "key": "k",
            "position": 1,
            "url": FIRST,
            "caption": "Front",
            "kind": "photo",
            "fallbacks": [SECOND],
            "photo_id": 7,
            "state": "failed",
            "reason": "flat",
            "raw_sha256": "",
        }
    ],
    "facts": {"beds": 3},
    "refused": {"repeated": 2},
    "resumed": False,
}


def item() -> ListingItem:
    photo = Photo("k", 1, FIRST, "Front", (Variant(FIRST), Variant(SECOND)), data=b"\x89PNG", photo_id=7)
    listing = Listing(
        source="zillow",
        url="https://www.zillow.com/1",
        address="4732 West Davis Road",
        ids={"zpid": "1"},
        status="for_sale",
        listing_date="2026-03-01",
        claimed_photo_count=2,
        photos=(photo,),
        facts={"beds": 3},
        refused=(("repeated", 2),),
        evidence=(Evidence("zpid", "1", "1"),),
    )
    asked = "4732 W Davis Rd, Glendale, AZ 85306"
    visit = VisitLease("4a5b6c7d", asked, "davis", "zillow", "run", "holder", 1, needs_page=True)
    made = ListingItem(visit, listing)
    made.photos = [replace(photo, state="failed", reason="flat")]
    return made


def test_an_adapter_shows_the_fields_in_their_order() -> None:
    adapter = ItemAdapter(item())
    assert list(adapter.field_names()) == list(adapter) == list(AS_DICT)
    assert json.loads(json.dumps(adapter.asdict())) == AS_DICT
    assert ItemAdapter.get_field_names_from_class(ListingItem) == list(AS_DICT)
    assert dict(adapter.get_field_meta("photos")) == {}


def test_fields_are_attributes_and_photos_can_be_chosen() -> None:
    made = item()
    as_values = {name: getattr(made, name) for name in AS_DICT if name != "photos"}
    assert as_values == {name: value for name, value in AS_DICT.items() if name != "photos"}
    assert (made.photos[0].caption, made.photos[0].fallbacks) == ("Front", (SECOND,))
    ItemAdapter(made)["photos"] = []
    assert made.photos == made.listing.photos == ()


def test_an_item_that_a_pipeline_lets_pass_can_be_exported() -> None:
    lines, cells = BytesIO(), BytesIO()
    for exporter in (JsonLinesItemExporter(lines), CsvItemExporter(cells)):
        exporter.start_exporting()
        exporter.export_item(item())
        exporter.finish_exporting()
    assert json.loads(lines.getvalue()) == AS_DICT
    assert cells.getvalue().decode().splitlines()[0] == ",".join(AS_DICT)
    assert json.loads(ScrapyJSONEncoder().encode(item())) == AS_DICT


def test_other_items_are_adapted_as_before() -> None:
    assert ItemAdapter.is_item_class(Listing)
    assert list(ItemAdapter(Evidence("a", "b", "c")._asdict())) == ["kind", "asked", "found"]


def test_pipelines_of_users_may_change_what_a_listing_says() -> None:
    changed = item()
    adapter = ItemAdapter(changed)
    for name, value in (("status", "sold"), ("facts", {"beds": 4}), ("url", "https://www.zillow.com/2"), ("ids", {})):
        adapter[name] = value
        assert adapter[name] == value
    changed.refused = {"flat": 1}
    changed.evidence = [{"kind": "zpid", "asked": "2", "found": "2"}]
    changed.claimed_photo_count = 9
    ItemAdapter(changed.photos[0])["caption"] = "Rear"
    assert changed.listing.status == "sold"
    assert changed.listing.refused == (("flat", 1),)
    assert changed.listing.evidence == (Evidence("zpid", "2", "2"),)
    assert (changed.listing.claimed_photo_count, changed.listing.photos[0].caption) == (9, "Rear")
