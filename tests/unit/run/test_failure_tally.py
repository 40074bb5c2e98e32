"""Failures in a row, counted host by host."""

from __future__ import annotations

import pytest

from phx_scraper.run.failure_tally import Kind, Tally, counted, with_host
from phx_scraper.storage.catalogue.breakers import BreakerRow

PAGES, MORE_PAGES, PHOTOS = "www.zillow.com", "www.zillowstatic.com", "photos.zillowstatic.com"


def tally(*failures: tuple[Kind, str]) -> Tally:
    made = Tally(BreakerRow("zillow"))
    for kind, host in failures:
        made.add(kind, host)
    return made


def test_the_worst_host_counts_not_the_sum() -> None:
    made = tally(("page", PAGES), ("page", PAGES), ("page", MORE_PAGES), *[("photo", PHOTOS)] * 3)
    assert (made.most("page"), made.most("photo"), made.most()) == (2, 3, 3)
    assert made.worst == ("photo", PHOTOS)
    assert ("page", PAGES) in made
    assert ("photo", PAGES) not in made


def test_nothing_failed() -> None:
    assert (tally().most(), tally().most("page"), tally().worst) == (0, 0, None)
    assert not tally().clear("page", PAGES)


@pytest.mark.parametrize(
    ("kind", "host", "left"),
    [
        ("page", PAGES, {("page", MORE_PAGES), ("photo", PHOTOS)}),
        ("page", "", {("photo", PHOTOS)}),
        ("photo", "", {("page", PAGES), ("page", MORE_PAGES), ("page", "")}),
        ("photo", "other.example", {("page", PAGES), ("page", MORE_PAGES), ("page", ""), ("photo", PHOTOS)}),
    ],
)
def test_a_good_answer_clears_its_host_and_what_nobody_named(
    kind: Kind, host: str, left: set[tuple[Kind, str]]
) -> None:
    failed: list[tuple[Kind, str]] = [("page", PAGES), ("page", MORE_PAGES), ("page", ""), ("photo", PHOTOS)]
    made = tally(*failed)
    assert made.clear(kind, host) is (len(left) < len(failed))
    assert {key for key in failed if key in made} == left


@pytest.mark.parametrize(
    ("row", "keys"),
    [
        (BreakerRow("zillow", 2, 0, reason=f"refusal: forbidden at {PAGES}"), {("page", PAGES): 2}),
        (BreakerRow("zillow", 0, 1, reason=f"refusal: forbidden at {PHOTOS}"), {("photo", PHOTOS): 1}),
        (BreakerRow("zillow", 3, 2, reason=f"refusal: forbidden at {PHOTOS}"), {("page", ""): 3, ("photo", PHOTOS): 2}),
        (BreakerRow("zillow", 3, 0, reason="refusal: forbidden"), {("page", ""): 3}),
        (BreakerRow("nowhere", 3, 0, reason=f"refusal: forbidden at {PAGES}"), {("page", ""): 3}),
        (BreakerRow("zillow"), {}),
    ],
)
def test_a_row_is_counted_on_for_the_host_that_it_names(row: BreakerRow, keys: dict[tuple[Kind, str], int]) -> None:
    made = Tally(row)
    for kind in ("page", "photo"):
        for host in ("", PAGES, PHOTOS):
            assert ((kind, host) in made) is ((kind, host) in keys)
    assert made.most() == max(keys.values(), default=0)
    again = counted(BreakerRow("zillow", 9, 9, 5.0, 7.0, "why"), made)
    assert again == BreakerRow("zillow", made.most("page"), made.most("photo"), 5.0, 7.0, "why")


def test_the_reason_keeps_the_host() -> None:
    assert with_host("refusal: forbidden", PAGES) == f"refusal: forbidden at {PAGES}"
    assert with_host("refusal: forbidden", "") == "refusal: forbidden"
