"""Addresses as Zillow prints them on real pages: every text of one home is that home, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from phx_scraper.errors import AddressError
from phx_scraper.homes import parse_address, same_home
from tests.captures import CAPTURES, needs_captures

FILES = ("search-scrapfly-a.json", "search-scrapfly-c.json", "search-ey0ba-next-data.json")


def hits(node: Any) -> Iterator[tuple[str, str]]:
    """The address line of every search hit, with the same address put together from its fields."""
    if isinstance(node, dict):
        info = node.get("hdpData", {}).get("homeInfo", {}) if isinstance(node.get("hdpData"), dict) else {}
        if isinstance(node.get("address"), str) and info.get("streetAddress"):
            fields = f"{info['streetAddress']}, {info['city']}, {info['state']} {info['zipcode']}"
            yield node["address"], fields
        for value in node.values():
            yield from hits(value)
    elif isinstance(node, list):
        for value in node:
            yield from hits(value)


def readable(text: str) -> bool:
    try:
        parse_address(text)
    except AddressError:
        return False
    return True


@needs_captures
@pytest.mark.parametrize("name", FILES)
def test_the_line_and_the_fields_of_a_hit_are_one_home_and_two_hits_are_two(name: str) -> None:
    pairs = dict(hits(json.loads((CAPTURES / "zillow" / name).read_text(encoding="utf-8", errors="replace"))))
    known = {line: fields for line, fields in pairs.items() if readable(line)}
    assert len(known) > 0.85 * len(pairs) > 10, "most lines are addresses; the rest are building or plan names"
    assert [line for line, fields in known.items() if not same_home(line, fields)] == []
    seen: dict[str, str] = {}
    for line, fields in known.items():
        other = seen.setdefault(parse_address(line).canonical, fields)
        assert other.lower() == fields.lower()
