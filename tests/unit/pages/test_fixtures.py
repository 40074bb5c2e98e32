"""Every folder `tests/fixtures/<source>/<case>/` is one case: `input.*` read by a page object gives `expected.json`.

`expected.json`: `call` (default `read`), `url`, `status` and `args` of the call; then one of `listing` (the fields to
compare), `candidates`, `place` or `error`; `variants` and `tags` look closer at the photos.
"""

from __future__ import annotations

import json
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from phx_scraper import errors
from phx_scraper.pages import Candidate, Listing

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/expected.json"))


def call(folder: Path, expected: dict[str, Any]) -> Any:
    module = import_module(f"phx_scraper.pages.{folder.parent.name}")
    name = expected.get("call", "read")
    args = [next(folder.glob("input.*")).read_bytes()]
    if "url" in expected:
        args.insert(0, expected["url"])
    extra = dict(expected.get("args", {}))
    if "today" in extra:
        extra["today"] = date.fromisoformat(extra["today"])
    if "status" in expected:
        extra["status"] = expected["status"]
    return getattr(module, name)(*args, **extra)


def told(listing: Listing) -> dict[str, Any]:
    return {
        "address": listing.address,
        "ids": listing.ids,
        "status": listing.status,
        "listing_date": listing.listing_date,
        "claimed_photo_count": listing.claimed_photo_count,
        "photos": [[photo.key, photo.url, photo.caption] for photo in listing.photos],
        "facts": listing.facts,
        "partial": listing.partial,
        "refused": [list(pair) for pair in listing.refused],
    }


def shown(candidate: Candidate) -> list[Any]:
    return [candidate.address, candidate.ids, candidate.url, candidate.status]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_case(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    if "error" in expected:
        with pytest.raises(getattr(errors, expected["error"]["type"])) as caught:
            call(folder, expected)
        assert caught.value.reason == expected["error"]["reason"]
        assert expected["error"].get("detail", "") in caught.value.detail
        return
    answer = call(folder, expected)
    if "total" in expected:
        answer, total = answer
        assert total == expected["total"]
    if "candidates" in expected:
        assert [shown(candidate) for candidate in answer] == expected["candidates"]
    elif "place" in expected:
        assert answer == expected["place"]
    else:
        check_listing(answer, folder.parent.name, expected)


def check_listing(listing: Listing, source: str, expected: dict[str, Any]) -> None:
    assert listing.source == source
    assert listing.url == expected["url"]
    found = told(listing)
    assert {name: found[name] for name in expected["listing"]} == expected["listing"]
    assert [photo.position for photo in listing.photos] == list(range(1, len(listing.photos) + 1))
    assert all(photo.url == photo.variants[0].url for photo in listing.photos if photo.variants)
    if "variants" in expected:
        assert [variant.url for variant in listing.photos[0].variants] == expected["variants"]
    if "tags" in expected:
        assert [list(photo.tags) for photo in listing.photos] == expected["tags"]


def test_every_source_has_fixtures() -> None:
    assert {folder.parent.name for folder in CASES} >= {"zillow", "redfin", "phoenix_mls", "maricopa_assessor"}
    assert len(CASES) >= 60
