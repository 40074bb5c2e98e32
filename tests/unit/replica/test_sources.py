"""Options for single sources, and the pictures that sources share."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from time import perf_counter

from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.replica.redfin.presented import present as present_at_redfin
from tests.unit.replica.client import get
from tests.unit.replica.conftest import make_addresses

HOMES = make_addresses(120)
AUTOCOMPLETE = {
    "zillow": "/www.zillowstatic.com/autocomplete/v3/suggestions?q=",
    "redfin": "/www.redfin.com/stingray/do/location-autocomplete?location=",
    "phoenix_mls": "/apps.flexmls.com/quick_launch/omni?callback=x&_q=",
    "maricopa_assessor": "/mcassessor.maricopa.gov/search/property/?q=",
}
GALLERIES = ("zillow", "redfin", "phoenix_mls")


def test_only_the_named_sources_answer() -> None:
    with running(Options(sources=("redfin", "maricopa_assessor"))) as replica:
        statuses = {name: get(replica, path, AUTHORIZATION="x").status for name, path in AUTOCOMPLETE.items()}
    assert statuses == {"zillow": 404, "redfin": 200, "phoenix_mls": 404, "maricopa_assessor": 200}
    told = truth(HOMES[:2], Options(sources=("redfin",)))["homes"]
    assert [list(home) for home in told.values()] == [["redfin"]] * 2


def test_a_source_refuses_from_its_nth_request_on() -> None:
    with running(Options(refuse=(("redfin", 3),))) as replica:
        for name, path in AUTOCOMPLETE.items():
            statuses = [get(replica, path, AUTHORIZATION="x").status for _ in range(4)]
            assert statuses == ([200, 200, 403, 403] if name == "redfin" else [200] * 4)
        # Every host of the source, and its count in the statistics.
        assert get(replica, "/ssl.cdn-redfin.com/photo/86/bigphoto/111/6111111_0.jpg").status == 403
        hosts = replica.stats()["hosts"]
        assert hosts["www.redfin.com"] == {"suggestions": 2, "refused": 2}
        assert hosts["ssl.cdn-redfin.com"] == {"refused": 1}
        replica.reset()
        assert get(replica, AUTOCOMPLETE["redfin"]).status == 200


def test_one_source_is_slow_alone() -> None:
    with running(Options(slow=(("phoenix_mls", 700.0),))) as replica:
        assert seconds(replica, "phoenix_mls") >= 0.7
        assert min(seconds(replica, "redfin") for _ in range(3)) < 0.7


def seconds(replica: Replica, source: str) -> float:
    start = perf_counter()
    get(replica, AUTOCOMPLETE[source])
    return perf_counter() - start


def test_a_new_server_serves_registered_homes(tmp_path: Path) -> None:
    file = tmp_path / "homes.csv"
    file.write_text(f'full_address\n"{HOMES[0]}"\n')
    options = Options(photos=(2, 2), kinds=frozenset(), homes=file)
    presented = present_at_redfin(HOMES[0], options)
    spark = truth([HOMES[0]], options)["homes"][HOMES[0]]["phoenix_mls"]["photos"][0]["key"]
    with running(options) as replica:
        mls = presented.home.mls
        for path in (
            f"/ssl.cdn-redfin.com/photo/86/tmbphoto/{mls[-3:]}/genTmb.{presented.photos[0].stem}.jpg",
            f"/cdn.photos.sparkplatform.com/az/{spark}-t.jpg",
            f"/phoenixmlssearch.com/mls/x-mls_{mls}/",
        ):
            assert get(replica, path).status == 200


def test_a_source_may_refuse_a_home_that_another_shows() -> None:
    told = truth(make_addresses(400), Options(photos=(1, 1)))["homes"]
    endings = Counter(tuple(one["outcome"] for one in home.values()) for home in told.values())
    assert {"blocked", "ok"} <= {
        word for ending in endings if "ok" in ending and "blocked" in ending for word in ending
    }
    for place, source in enumerate(told[HOMES[0]]):
        outcomes = {ending[place] for ending in endings}
        assert outcomes == {"ok", "empty", "not_found", "blocked", "error"}, source


def test_sources_share_pictures_under_keys_of_their_own() -> None:
    told = truth(HOMES, Options(photos=(4, 8)))["homes"]
    shared, single, moved = 0, 0, 0
    for home in told.values():
        if {home[source]["outcome"] for source in GALLERIES} == {"ok"}:
            presented = Counter(
                picture for source in GALLERIES for picture in {one["picture"] for one in home[source]["photos"]}
            )
            shared += sum(count > 1 for count in presented.values())
            single += sum(count == 1 for count in presented.values())
            orders = [[one["picture"] for one in home[source]["photos"]] for source in ("redfin", "phoenix_mls")]
            common = [[picture for picture in order if picture in set(orders[0]) & set(orders[1])] for order in orders]
            moved += common[0] != common[1]
        keys = [one["key"] for source in home.values() for one in source["photos"]]
        assert len(set(keys)) == len(keys)
        for source in home.values():
            assert [one["position"] for one in source["photos"]] == list(range(1, len(source["photos"]) + 1))
    assert shared > 4 * single > 0
    assert moved > 5


def test_without_scenarios_every_source_has_the_whole_gallery_in_order() -> None:
    for home in truth(HOMES[:20], Options(kinds=frozenset()))["homes"].values():
        orders = [[one["picture"] for one in home[source]["photos"]] for source in GALLERIES]
        assert orders[0] == orders[1] == orders[2] != []
        assert all(one["usable"] for source in home.values() for one in source["photos"])
