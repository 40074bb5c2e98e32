"""`scrapy plan` knows the catalogue: what is due, what rests, what is known; and what is odd about the list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from phx_scraper.model.checks import CHECKS
from phx_scraper.storage.catalogue.restart_visits import requeue
from tests.catalogue_calls import write
from tests.unit.commands import status_store
from tests.unit.commands.status_store import collect, run, write_list
from tests.unit.storage.catalogue_helpers import Collector, homes

RIGHT = "4732 W Davis Rd, Glendale, AZ 85306"
WRONG = "4723 W Davis Rd, Glendale, AZ 85306"
OTHER = "4560 E Sunrise Dr, Phoenix, AZ 85044"


def plan(store: Path, addresses: Path, *more: str) -> dict[str, Any]:
    words = [word for text in (f"addresses={addresses}", "sources=zillow", *more) for word in ("-a", text)]
    return status_store.told("plan", store, *words)


def plans(document: dict[str, Any]) -> dict[str, str]:
    return {home["address"]: home["visits"]["zillow"]["plan"] for home in document["homes"]}


def test_what_is_known_is_not_asked_for_before_its_time(tmp_path: Path) -> None:
    store, listed = tmp_path / "store", write_list(tmp_path / "homes.csv", RIGHT)
    collect(store, listed)
    write_list(listed, RIGHT, OTHER)
    document = plan(store, listed)
    assert plans(document) == {RIGHT: "known", OTHER: "new"}
    known = document["homes"][0]["visits"]["zillow"]
    assert (known["outcome"], known["photos"]) == ("ok", 0)
    assert known["until"] is not None
    asked = document["asked"]["zillow"]
    # A home of the catalogue shows four photos, so that many are expected of a new one.
    assert (asked["homes"], asked["new"], asked["photos_expected"]) == (1, 1, 4)
    assert asked["usual_seconds"] > asked["least_seconds"] > 0
    assert plans(plan(store, listed, "refresh_days=0")) == {RIGHT: "again", OTHER: "new"}
    assert plans(plan(store, listed, "force=1")) == {RIGHT: "again", OTHER: "new"}
    assert plans(plan(store, listed, "fresh=1")) == {RIGHT: "new", OTHER: "new"}


def test_nothing_missing_is_exit_code_0_and_said(tmp_path: Path) -> None:
    store, listed = tmp_path / "store", write_list(tmp_path / "homes.csv", RIGHT)
    collect(store, listed)
    words = ["-a", f"addresses={listed}", "-a", "sources=zillow", "-s", f"IMAGES_STORE={store}"]
    code, text = run("plan", *words)
    assert code == 0
    assert f"{RIGHT}\n  zillow: ok, again from " in text
    assert text.endswith("1 home at 1 source: 1 known.\nNo site would be asked for anything.\n")
    assert run("plan", *words, "-a", "refresh_days=0")[0] == 1


def test_what_rests_is_left_and_what_lacks_photos_only_is_told(tmp_path: Path) -> None:
    store, listed = tmp_path / "store", write_list(tmp_path / "homes.csv", RIGHT)
    collector = Collector(store, fsync=False)
    collector.begin(homes(1), ["zillow"])
    collector.lease(homes(1)[0].property_hash, "zillow")
    assert plans(plan(store, listed)) == {RIGHT: "held"}
    with collector.catalogue._database.write() as connection:
        free = "lease_run = NULL, lease_until = NULL, outcome = 'blocked', reason = 'captcha', finished_at = 5"
        connection.exec_driver_sql(f"UPDATE visits SET {free}, not_before = 4000000000")
    assert plans(plan(store, listed)) == {RIGHT: "resting"}
    assert plan(store, listed)["asked"] == {}
    write(collector.catalogue, requeue, [homes(1)[0].property_hash], ["zillow"])
    assert plans(plan(store, listed)) == {RIGHT: "again"}
    collector.end()


def test_photos_alone_are_counted(tmp_path: Path) -> None:
    store, listed = tmp_path / "store", write_list(tmp_path / "homes.csv", RIGHT)
    collect(store, listed)
    again = Collector(store, fsync=False)
    with again.catalogue._database.write() as connection:
        connection.exec_driver_sql("UPDATE photos SET state = 'pending' WHERE state = 'stored'")
        connection.exec_driver_sql("UPDATE visits SET outcome = 'pending', needs_page = 0")
    again.catalogue.close()
    document = plan(store, listed)
    assert plans(document) == {RIGHT: "photos"}
    asked = document["asked"]["zillow"]
    assert (asked["homes"], asked["photos"], asked["photos_expected"]) == (0, 3, 3)


def test_the_list_is_checked_before_anybody_is_asked(tmp_path: Path) -> None:
    listed = write_list(tmp_path / "homes.csv", RIGHT, "4732 West Davis Road, Glendale, AZ 85306", "nowhere", WRONG)
    document = plan(tmp_path / "store", listed)
    assert [(one["code"], one["subject"], one["detail"]) for one in document["checks"]] == [
        ("B02", "row 4", "no house number at the beginning of 'NOWHERE': nowhere"),
        ("B03", RIGHT, "rows 2, 3"),
    ]
    assert not (tmp_path / "store").exists()
    _, text = run("plan", "-a", f"addresses={listed}", "-s", f"IMAGES_STORE={tmp_path / 'store'}")
    told = "row 4 (no house number at the beginning of 'NOWHERE': nowhere)"
    assert f"1 x B02 {CHECKS['unusable_row'].sentence}:\n  {told}\n" in text


@pytest.mark.parametrize(
    ("other", "is_told"),
    [
        ("4734 W Davis Rd, Glendale, AZ 85306", False),  # next door
        ("4732 E Davis Rd, Glendale, AZ 85306", False),
        ("4732 W Davis Rd, Glendale, AZ 85308", True),
        ("4732 W Daviss Rd, Glendale, AZ 85306", True),
    ],
)
def test_of_new_homes_only_what_no_neighbours_are_looks_like_a_typing_error(
    tmp_path: Path, other: str, is_told: bool
) -> None:
    document = plan(tmp_path / "store", write_list(tmp_path / "homes.csv", RIGHT, other))
    assert [one["code"] for one in document["checks"]] == ["B05"] * is_told


def test_a_new_home_beside_one_that_is_there_is_told(tmp_path: Path) -> None:
    store, listed = tmp_path / "store", write_list(tmp_path / "homes.csv", RIGHT)
    collect(store, listed)
    (near,) = plan(store, write_list(listed, WRONG))["checks"]
    assert (near["code"], near["subject"]) == ("B05", WRONG)
    assert near["detail"] == f"no source has found it so far; {RIGHT} is near"


def test_two_homes_of_one_label_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phx_scraper.homes.listed_home.hash_of", lambda address, digits=8: "a" * digits)
    (shared,) = plan(tmp_path / "store", write_list(tmp_path / "homes.csv", RIGHT, OTHER))["checks"]
    assert (shared["code"], shared["subject"], shared["detail"]) == ("B04", "a" * 8, f"{RIGHT}; {OTHER}")


def test_an_empty_list_has_a_code_of_its_own(tmp_path: Path) -> None:
    for listed in (write_list(tmp_path / "none.csv"), write_list(tmp_path / "bad.csv", "nowhere")):
        assert plan(tmp_path / "store", listed)["error"]["code"] == "empty_list"
