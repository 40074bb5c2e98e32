"""The main job end to end: the real command, the real replica, and the replica's truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running, truth
from tests.captures import CAPTURES, needs_captures
from tests.integration.crawls import (
    EXAMPLE_HOMES,
    PHOTOS,
    assert_agrees_with_truth,
    crawl,
    held_at,
    kill,
    manifest,
    outcomes,
    requests,
    rows,
    start,
)

TIMES = {"downloaded_at", "processed_at", "created_by_run_id", "last_updated"}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory, options: Options) -> Path:
    """The store of one uninterrupted crawl of the example list, from its own replica."""
    store = tmp_path_factory.mktemp("example")
    with running(options) as replica:
        result = crawl("zillow", store, replica.url, addresses=EXAMPLE_HOMES)
    assert result.code in {0, 1}, result.output
    assert "Traceback" not in result.output
    return store


def test_the_example_list_ends_as_the_truth_says(example: Path, options: Options) -> None:
    assert_agrees_with_truth(example, truth(EXAMPLE_HOMES, options))


@needs_captures
@pytest.mark.parametrize("name", ["phx_homes.csv", "phx_homes_variant.csv"])
def test_the_real_lists_end_as_the_truth_says(name: str, tmp_path: Path, replica: Replica, options: Options) -> None:
    result = crawl("zillow", tmp_path, replica.url, addresses=CAPTURES / name)
    assert result.code in {0, 1}, result.output
    assert_agrees_with_truth(tmp_path, truth(CAPTURES / name, options))


def test_a_second_run_downloads_nothing(tmp_path: Path, options: Options) -> None:
    with running(options) as replica:
        first = crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=6)
        before = manifest(tmp_path)["properties"]
        replica.reset()
        second = crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=6)
        assert requests(replica) == 0
    assert first.output.startswith("Starting")
    assert second.output.startswith("Continuing")
    assert second.code == first.code
    assert manifest(tmp_path)["properties"] == before


def test_a_killed_crawl_run_again_completes(tmp_path: Path, example: Path, options: Options) -> None:
    with running(options) as replica:
        with held_at(replica, 60) as in_its_midst:
            process = start("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES)
            in_its_midst()
            kill(process)
        again = crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES)
    assert again.output.startswith("Continuing"), again.output
    assert comparable(tmp_path) == comparable(example)
    assert files(tmp_path) == files(example)


def test_one_home_by_address(tmp_path: Path, replica: Replica, options: Options) -> None:
    home = next(place for place, fact in outcomes_by_truth(options).items() if fact == "ok")
    result = crawl("zillow", tmp_path, replica.url, address=home)
    assert result.code == 0, result.output
    assert outcomes(tmp_path) == {(home, "zillow"): "ok"}


def test_a_dry_run_downloads_and_writes_nothing(tmp_path: Path, options: Options) -> None:
    store = tmp_path / "store"
    with running(options) as replica:
        result = crawl("zillow", store, replica.url, addresses=EXAMPLE_HOMES, limit=3, dry_run=1)
        assert requests(replica, PHOTOS) == 0
    assert "dry run" in result.output
    assert not store.exists()


def test_every_accepted_listing_has_its_evidence(example: Path) -> None:
    evidence = [found for (found,) in rows(example, "SELECT evidence FROM listings")]
    assert evidence
    assert all('"address"' in found for found in evidence)


def outcomes_by_truth(options: Options) -> dict[str, str]:
    facts = truth(EXAMPLE_HOMES, options)["homes"]
    return {home: sources["zillow"]["outcome"] for home, sources in facts.items()}


def comparable(store: Path) -> dict[str, list[dict[str, object]]]:
    """The manifest without the fields that differ between runs."""
    return {
        home: [{name: value for name, value in entry.items() if name not in TIMES} for entry in entries]
        for home, entries in manifest(store)["properties"].items()
    }


def files(store: Path) -> set[str]:
    """Every picture of a store, by its path."""
    return {
        str(path.relative_to(store)) for path in store.rglob("*") if path.is_file() and "metadata" not in path.parts
    }
