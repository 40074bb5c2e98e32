"""How runs end: exit codes, signals, failing pipelines, silent servers; and that nothing hangs."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from phx_scraper import settings as project
from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import EXAMPLE_HOMES, crawl, held_at, outcomes, requests, rows, start

HOME = "15230 N 37th Way, Phoenix, AZ 85032"
CLOSED_PORT = "http://127.0.0.1:9"


class FailingPipeline:
    """A user's pipeline with a bug."""

    def process_item(self, item: object) -> object:
        raise ZeroDivisionError("a bug in a user's pipeline")


@pytest.mark.parametrize(
    ("kind", "code", "outcome"),
    [("sold", 0, "ok"), ("off_market", 0, "empty"), ("no_listing", 0, "not_found"), ("blocked", 1, "blocked")],
)
def test_the_exit_code_reflects_the_outcomes(kind: str, code: int, outcome: str, tmp_path: Path) -> None:
    with running(Options(photos=(2, 2), only=(kind,))) as replica:
        result = crawl("zillow", tmp_path, replica.url, address=HOME)
    assert outcomes(tmp_path) == {(HOME, "zillow"): outcome}
    assert result.code == code, result.output


def test_a_blocked_home_is_not_requested_again_before_the_cooldown(tmp_path: Path) -> None:
    with running(Options(only=("blocked",))) as replica:
        crawl("zillow", tmp_path, replica.url, address=HOME)
        replica.reset()
        again = crawl("zillow", tmp_path, replica.url, address=HOME)
        assert requests(replica) == 0
        assert "asked for again" in again.output
        crawl("zillow", tmp_path, replica.url, {"PHX_BREAKER_COOLDOWN": 0}, address=HOME, fresh=1)
        assert requests(replica) > 0


def test_a_refusal_removes_nothing(tmp_path: Path) -> None:
    with running(Options(photos=(3, 3), kinds=frozenset())) as replica:
        crawl("zillow", tmp_path, replica.url, address=HOME)
    with running(Options(photos=(3, 3), only=("blocked",))) as replica:
        crawl("zillow", tmp_path, replica.url, address=HOME, refresh_days=0)
    assert outcomes(tmp_path) == {(HOME, "zillow"): "blocked"}
    states = rows(tmp_path, "SELECT state, count(*) FROM photos WHERE removed_at IS NULL GROUP BY state")
    assert states == [("stored", 3)]


def test_a_forced_run_fetches_again_and_the_next_one_does_not(tmp_path: Path, replica: Replica) -> None:
    for arguments in ({}, {"force": 1}):
        crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=6, **arguments)
    before = requests(replica)
    crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=6)
    assert requests(replica) == before


def test_an_unreachable_server_ends_visits_as_errors(tmp_path: Path) -> None:
    result = crawl("zillow", tmp_path, CLOSED_PORT, address=HOME)
    assert result.code == 1
    assert "connection_refused" in result.output
    assert "Traceback" not in result.output


def test_a_failing_pipeline_fails_its_home_only(tmp_path: Path, replica: Replica) -> None:
    name = f"{FailingPipeline.__module__}.{FailingPipeline.__qualname__}"
    pipelines = {"ITEM_PIPELINES": json.dumps({**project.ITEM_PIPELINES, name: 500})}
    result = crawl("zillow", tmp_path, replica.url, pipelines, address=HOME)
    assert outcomes(tmp_path) == {(HOME, "zillow"): "error"}
    assert result.code == 1
    assert "item_lost" in result.output


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_pauses_and_the_next_run_resumes(sign: signal.Signals, tmp_path: Path, options: Options) -> None:
    with running(options) as replica:
        with held_at(replica, 20) as in_its_midst:
            process = start("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=8)
            in_its_midst()
            process.send_signal(sign)
        printed = process.communicate(timeout=300)[0].decode()
        assert process.returncode == 3, printed
        assert "run the same command again" in printed
        assert "Traceback" not in printed
        again = crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=8)
    assert "Continuing" in again.output
    assert "pending" not in outcomes(tmp_path).values()
