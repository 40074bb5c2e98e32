"""`scrapy status` names what a person should look at: homes off every list, typing errors, shortfalls; and filters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phx_scraper.model.checks import CHECKS
from tests.unit.commands.status_store import collect, run, told, write_list
from tests.unit.storage.catalogue_helpers import Collector, homes, usual

RIGHT = "4732 W Davis Rd, Glendale, AZ 85306"
WRONG = "4723 W Davis Rd, Glendale, AZ 85306"
OTHER = "4560 E Sunrise Dr, Phoenix, AZ 85044"


def found(folder: Path, check: str, *more: str) -> list[str]:
    return [one["subject"] for one in told("status", folder, *more)["checks"] if one["check"] == check]


def test_a_home_that_left_its_list_is_named_with_the_corrected_address(tmp_path: Path) -> None:
    listed, store = write_list(tmp_path / "homes.csv", WRONG, OTHER), tmp_path / "store"
    collect(store, listed)
    assert told("status", store)["checks"] == []
    collect(store, write_list(listed, RIGHT, OTHER))
    assert [(one["code"], one["severity"], one["subject"]) for one in told("status", store)["checks"]] == [
        ("B05", "warning", WRONG), ("A13", "warning", WRONG),
    ]  # fmt: skip
    _, text = run("status", "-s", f"IMAGES_STORE={store}")
    assert f"1 x A13 {CHECKS['unlisted_home'].sentence}:\n  {WRONG} (last named " in text
    assert f"  {WRONG} (no list names it any more; {RIGHT} is near)" in text


def test_a_home_that_another_list_names_is_not_unlisted(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first, second = write_list(tmp_path / "one.csv", OTHER), write_list(tmp_path / "two.csv", OTHER, RIGHT)
    collect(store, first)
    collect(store, second)
    collect(store, write_list(second, RIGHT))
    assert found(store, "unlisted_home") == []
    # A list that cannot be read any more may have named it: that is no reason to call it unlisted.
    first.unlink()
    assert found(store, "unlisted_home") == []


def test_a_home_is_unlisted_where_later_runs_of_the_lost_list_left_it_out(tmp_path: Path) -> None:
    listed, store = write_list(tmp_path / "homes.csv", OTHER, RIGHT), tmp_path / "store"
    collect(store, listed)
    collect(store, write_list(listed, RIGHT))
    listed.unlink()
    assert found(store, "unlisted_home") == [OTHER]


def test_homes_of_a_lost_list_and_typed_addresses_are_not_unlisted(tmp_path: Path) -> None:
    listed, store = write_list(tmp_path / "homes.csv", RIGHT), tmp_path / "store"
    collect(store, listed)
    listed.unlink()
    assert found(store, "unlisted_home") == []


def test_a_row_that_cannot_be_read_may_name_a_home(tmp_path: Path) -> None:
    listed, store = write_list(tmp_path / "homes.csv", RIGHT, OTHER), tmp_path / "store"
    collect(store, listed)
    write_list(listed, "4732 W Davis Rd", "4560 E Sunrise Dr, Phoenix, AZ 85044")
    assert found(store, "unlisted_home") == []
    write_list(listed, "4560 E Sunrise Dr, Phoenix, AZ 85044")
    assert found(store, "unlisted_home") == [RIGHT]


def test_a_row_that_fits_several_homes_may_name_each(tmp_path: Path) -> None:
    twins = (RIGHT, "4732 W Davis Rd, Glendale, AZ 85308")
    listed, store = write_list(tmp_path / "homes.csv", *twins), tmp_path / "store"
    collect(store, listed)
    write_list(listed, "4732 W Davis Rd, Glendale, AZ", OTHER)
    assert found(store, "unlisted_home") == []


def test_neighbours_that_a_source_has_found_are_no_typing_error(tmp_path: Path) -> None:
    store = tmp_path / "store"
    collect(store, write_list(tmp_path / "homes.csv", RIGHT))
    collect(store, write_list(tmp_path / "more.csv", WRONG))
    assert found(store, "near_address") == []


def test_one_that_no_source_has_found_beside_one_that_is_there(tmp_path: Path) -> None:
    store = tmp_path / "store"
    collect(store, write_list(tmp_path / "homes.csv", RIGHT))
    collect(store, write_list(tmp_path / "more.csv", WRONG, OTHER), "not_found")
    assert found(store, "near_address") == [WRONG]
    assert found(store, "near_address", str(tmp_path / "homes.csv")) == []


def test_filters_by_outcome_and_by_time(tmp_path: Path) -> None:
    store = tmp_path / "store"
    collect(store, write_list(tmp_path / "homes.csv", RIGHT))
    collect(store, write_list(tmp_path / "more.csv", OTHER), "not_found")
    for filters, expected in (
        ((), {RIGHT, OTHER}),
        (("--outcome", "not_found"), {OTHER}),
        (("--outcome", "OK, error"), {RIGHT}),
        (("--since", "1h"), {RIGHT, OTHER}),
        (("--since", "2000-01-01", "--outcome", "ok"), {RIGHT}),
        (("--since", "2999-01-01"), set()),
    ):
        assert {visit["address"] for visit in told("status", store, *filters)["visits"]} == expected, filters
    assert run("status", "--outcome", "error", "-s", f"IMAGES_STORE={store}")[0] == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--outcome", "gone"], "--outcome: 'gone' is no outcome; known are pending, ok, empty"),
        (["--outcome", "emty"], "did you mean empty?"),
        (["--since", "yesterday"], "--since yesterday: write a day, as 2026-03-01, or an age, as 7d or 12h"),
        (["--since", "99999999999d"], "--since 99999999999d: write a day"),
        (["--since", "7d", "--sources"], "--sources without names is about all homes"),
    ],
)
def test_wrong_filters_are_one_sentence(tmp_path: Path, words: list[str], sentence: str) -> None:
    collect(tmp_path, write_list(tmp_path / "homes.csv", RIGHT))
    code, text = run("status", *words, "-s", f"IMAGES_STORE={tmp_path}")
    assert (code, text.count("\n")) == (2, 1)
    assert sentence in text


def test_the_quality_is_the_share_of_claims_met(tmp_path: Path) -> None:
    """Three of four photos at one home (the fourth is broken), one visit that nobody could make."""
    collector = Collector(tmp_path, fsync=False, show=usual)
    collector.run(homes(1), ["zillow"])
    again = Collector(tmp_path, fsync=False)
    again.begin(homes(2), ["zillow"])
    again.end()
    document = told("status", tmp_path)
    assert document["homes"] == {RIGHT: 0.75, OTHER: 0.0}
    assert document["quality"] == 0.375
    assert json.dumps(document["visits"][0]["claims_met"]) in {"0.75", "0.0"}
    _, text = run("status", "-s", f"IMAGES_STORE={tmp_path}")
    assert f"{RIGHT} (quality 75%)" in text
    assert "Quality 37.5%: " in text


def test_the_shortfall_of_a_page_has_a_code(tmp_path: Path) -> None:
    collector = Collector(tmp_path, fsync=False)
    collector.run(homes(1), ["zillow"])
    again = Collector(tmp_path, fsync=False)
    with again.catalogue.transaction() as tx:
        tx.exec_driver_sql("UPDATE visits SET claimed_photo_count = 9")
    again.catalogue.close()
    (shortfall,) = [one for one in told("status", tmp_path)["checks"] if one["check"] == "shortfall"]
    assert (shortfall["code"], shortfall["subject"], shortfall["detail"]) == ("A11", f"{RIGHT} at zillow", "4 of 9")
