"""All four sources at once, compared with the replica's truth: right homes only, nothing missing, each picture once."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, Replica, running, truth
from tests.captures import CAPTURES, needs_captures
from tests.integration.crawls import (
    ALL_SOURCES,
    EXAMPLE_HOMES,
    REPOSITORY,
    TOKEN,
    assert_agrees_with_truth,
    command,
    crawl,
    environment,
    outcomes,
    requests,
    rows,
)

Pairs = set[tuple[str, tuple[str, str], tuple[str, str]]]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory, replica: Replica) -> Path:
    """The store of one crawl of the example list at all sources, logged in full."""
    store = tmp_path_factory.mktemp("all")
    result = crawl("all", store, replica.url, {"LOG_LEVEL": "DEBUG"}, addresses=EXAMPLE_HOMES)
    assert result.code in {0, 1}, result.output
    assert "Traceback" not in result.output
    (store / "printed.log").write_text(result.output, encoding="utf-8")
    return store


def test_every_home_and_source_ends_as_the_truth_says(everything: Path, options: Options) -> None:
    assert_agrees_with_truth(everything, truth(EXAMPLE_HOMES, options), ALL_SOURCES)


def test_duplicates_are_the_injected_ones(everything: Path, options: Options) -> None:
    planted = planted_pairs(truth(EXAMPLE_HOMES, options))
    found = found_pairs(everything)
    right = len(planted & found)
    print(f"duplicate pairs: precision {right / len(found):.4f}, recall {right / len(planted):.4f} of {len(planted)}")
    assert found == planted


@needs_captures
def test_the_real_list_at_all_sources(tmp_path: Path, replica: Replica, options: Options) -> None:
    crawl("all", tmp_path, replica.url, addresses=CAPTURES / "phx_homes.csv")
    assert_agrees_with_truth(tmp_path, truth(CAPTURES / "phx_homes.csv", options), ALL_SOURCES)


def test_the_token_is_in_no_file_and_no_log(everything: Path) -> None:
    for path in everything.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), path


def test_accepted_listings_carry_evidence_of_other_sources(everything: Path) -> None:
    kinds = {
        source for (evidence,) in rows(everything, "SELECT evidence FROM listings") for source in evidence.split('"')
    }
    assert {"address", "mls@phoenix_mls", "coordinates@maricopa_assessor"} <= kinds


def test_without_a_token_the_assessor_is_skipped_in_a_sentence(tmp_path: Path, replica: Replica) -> None:
    env = {name: value for name, value in environment().items() if name != "MARICOPA_ASSESSOR_TOKEN"}
    line = command("all", tmp_path, replica.url, {"addresses": EXAMPLE_HOMES, "limit": 2}, {})
    done = subprocess.run(line, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert "maricopa_assessor is skipped" in done.stderr
    assert "maricopa_assessor" not in {source for _, source in outcomes(tmp_path)}


def test_sources_can_be_chosen(tmp_path: Path, replica: Replica) -> None:
    crawl("all", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=2, sources="redfin,zillow")
    assert {source for _, source in outcomes(tmp_path)} == {"redfin", "zillow"}


def test_a_refusing_source_does_not_affect_the_others(tmp_path: Path, options: Options) -> None:
    refusing = replace(options, refuse=(("zillow", 3),))
    with running(refusing) as replica:
        result = crawl("all", tmp_path, replica.url, addresses=EXAMPLE_HOMES)
    assert result.code == 1
    others = tuple(source for source in ALL_SOURCES if source != "zillow")
    expected = truth(EXAMPLE_HOMES, options)["homes"]
    seen = outcomes(tmp_path)
    assert {place: end for place, end in seen.items() if place[1] in others} == {
        (home, source): expected[home][source]["outcome"] for home in expected for source in others
    }
    assert {end for (_, source), end in seen.items() if source == "zillow"} <= {"ok", "blocked", "pending"}
    assert rows(tmp_path, "SELECT count(*) FROM photos WHERE removed_at IS NOT NULL") == [(0,)]


def test_the_same_command_twice_requests_nothing(tmp_path: Path, options: Options) -> None:
    with running(options) as replica:
        crawl("all", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=4)
        replica.reset()
        crawl("all", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=4)
        assert requests(replica) == 0


def planted_pairs(facts: Mapping[str, Any]) -> Pairs:
    """Pairs of usable photos of one home with the same picture."""
    pairs: Pairs = set()
    for home, sources in facts["homes"].items():
        shown: dict[str, list[tuple[str, str]]] = {}
        for source, fact in sources.items():
            for photo in fact["photos"]:
                if photo["usable"]:
                    shown.setdefault(photo["picture"], []).append((source, photo["key"]))
        pairs |= {(home, *sorted(pair)) for copies in shown.values() for pair in itertools.combinations(copies, 2)}  # type: ignore[misc]
    return pairs


def found_pairs(store: Path) -> Pairs:
    """Pairs of photos of one home that are duplicates in the catalogue."""
    query = (
        "SELECT address, coalesce(duplicate_of, photos.id), source, key FROM photos JOIN homes USING (property_hash)"
        " WHERE photos.state IN ('stored', 'duplicate') AND removed_at IS NULL"
    )
    groups: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for home, kept, source, key in rows(store, query):
        groups.setdefault((home, kept), []).append((source, key))
    return {(home, *sorted(pair)) for (home, _), copies in groups.items() for pair in itertools.combinations(copies, 2)}  # type: ignore[misc]
