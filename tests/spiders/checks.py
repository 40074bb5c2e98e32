"""What every replay must have: the case's ending, the photos of the replica's truth, proof, and the steps in order."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from phx_scraper.homes import same_home
from phx_scraper.replica import truth
from phx_scraper.sources import SOURCES
from tests.spiders.cases import Case
from tests.spiders.cassette_handler import CASSETTES
from tests.spiders.replay import Played, play
from tests.spiders.steps import steps_of

RECORD_ANEW = "the cassette has other requests: python scripts/record_cassettes.py"


def check(source: str, case: Case, folder: Path, mode: str) -> None:
    """Replay or record one case. From the live sites only what holds for any home is asserted: they plant nothing."""
    played = play(source, case, folder, mode)
    _assert_sound(source, played)
    if mode == "live":
        return
    item = played.item
    assert (item["outcome"], item["reason"]) == (case.outcome, case.reason), played.output
    assert steps_of(source, (asked.url for asked in played.asked)) == case.steps
    assert " ".join(piece["kind"] for piece in item["evidence"]) == case.evidence
    _assert_agrees_with_truth(source, case, item, folder / "homes.csv")
    if case.waits:
        assert abs(_seconds_left(item) - case.waits) < 60
    assert _recorded(f"{source}_{case.name}") == [(asked.url, asked.status) for asked in played.asked], RECORD_ANEW


def _assert_sound(source: str, played: Played) -> None:
    """What holds for every visit, wherever the answers come from."""
    item, tokens = played.item, SOURCES[source].token_host
    assert all(asked.has_token is (urlsplit(asked.url).hostname == tokens) for asked in played.asked)
    if item["address"] is None:  # a visit that ended without a listing
        assert (item["photos"], item["evidence"]) == ([], [])
        return
    assert same_home(item["address"], item["asked_address"])
    assert item["evidence"][0]["kind"] == "address"
    keys = [photo["key"] for photo in item["photos"]]
    assert len(keys) == len(set(keys))
    assert [photo["position"] for photo in item["photos"]] == list(range(1, len(keys) + 1))


def _assert_agrees_with_truth(source: str, case: Case, item: dict[str, Any], homes: Path) -> None:
    """What is planted besides, and a source that is left alone, are no part of the replica's truth."""
    told = truth([case.home], case.replica_options(homes))["homes"][case.home][source]
    if not case.planted and not case.link and case.outcome != "pending":
        assert told["outcome"] == case.outcome
    shown = [photo["key"] for photo in told["photos"]] if case.outcome == "ok" else []
    assert [photo["key"] for photo in item["photos"]] == shown


def _seconds_left(item: dict[str, Any]) -> float:
    """From the end of the visit until the source may be asked again."""
    until, ended = (datetime.fromisoformat(item[name]) for name in ("not_before", "finished_at"))
    return (until - ended).total_seconds()


def _recorded(cassette: str) -> list[tuple[str, int]]:
    """URL and status of each interaction, in order."""
    text = (CASSETTES / f"{cassette}.json").read_text(encoding="utf-8")
    interactions = json.loads(text)["http_interactions"]
    return [(one["request"]["uri"], one["response"]["status"]["code"]) for one in interactions]
