"""Which of a home's pictures a decision is about now, and which decision holds."""

from __future__ import annotations

from typing import Any

from phx_scraper.imaging.duplicates import PLAIN
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.photo_decision import PhotoDecision, Sighting
from phx_scraper.run.decide_photos import seen
from phx_scraper.run.deduplicate import plan_duplicates
from phx_scraper.run.persons_decisions import judge


def picture(number: int, phash: str = "", **more: Any) -> PhotoImage:
    values: dict[str, Any] = {
        **{"raw_sha256": f"{number:064x}", "content_hash": f"{number:064x}", "phash": phash or f"{number:x}" * 16},
        **{"dhash": "0" * 16, "hash_version": "1", "width": 9, "height": 9, "original_width": 999 - number},
        **{"original_height": 1, "original_format": "JPEG", "raw_bytes": 9, "raw_path": None, "path": f"p{number}"},
        **{"file_size_bytes": 9, "photo_id": number, "source": "zillow", "key": f"key{number}", "position": number},
        **{"kind": "photo", "state": "stored", "duplicate_of": None, "duplicate_kind": "", "distance": None},
        "source_priority": 0,
    }
    return PhotoImage(**values | more)


A, B, C = picture(1), picture(2), picture(7)


def said(number: int, verdict: str, one: PhotoImage, other: PhotoImage | None = None) -> PhotoDecision:
    return PhotoDecision(number, verdict, seen(one), seen(other) if other else None, 0.0)


def test_of_two_decisions_about_a_pair_the_last_one_holds() -> None:
    first, last = said(1, "duplicate", A, B), said(2, "not_duplicate", B, A)
    assert judge([A, B], [first, last]).apart == [(0, 1)]
    assert judge([A, B], [first, last]).together == []
    assert judge([A, B], [first]).together == [(0, 1)]


def test_the_picture_is_known_by_its_bytes_under_another_key_and_at_another_place() -> None:
    moved = picture(2, key="new", source="redfin", position=9)
    assert judge([C, A, moved], [said(1, "duplicate", A, B)]).together == [(1, 2)]


def test_the_photo_is_known_while_it_looks_like_the_picture() -> None:
    encoded_anew = picture(30, phash="2" * 15 + "3", key=B.key)
    another = picture(31, phash="5" * 16, key=B.key)
    assert judge([A, encoded_anew], [said(1, "duplicate", A, B)]).together == [(0, 1)]
    assert judge([A, another], [said(1, "duplicate", A, B)]).together == []


def test_equal_bytes_are_never_apart() -> None:
    twin = picture(1, key=B.key, phash=B.phash)
    assert judge([A, twin], [said(1, "not_duplicate", A, B)]).apart == []


def test_a_picture_is_hidden_and_shown_again_with_its_copies() -> None:
    words = [said(1, "duplicate", A, B), said(2, "hide", B)]
    hidden = {one.photo_id: one.hidden for one in plan_duplicates([A, B, C], PLAIN, words).decisions}
    assert hidden == {1: True, 2: True, 7: False}
    again = plan_duplicates([A, B, C], PLAIN, [*words, said(3, "show", A)])
    assert not any(one.hidden for one in again.decisions)


def test_a_sighting_names_source_and_key() -> None:
    assert seen(A) == Sighting("zillow", "key1", A.raw_sha256, A.phash, A.dhash)
