"""A server that is stopped rather than gone: nothing of the network says so, and whoever asks is told in time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from phx_scraper.errors import CatalogueAway, CatalogueUnreachable, StorageError
from phx_scraper.model.catalogue_place import CatalogueServer
from phx_scraper.storage.catalogue import postgresql, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.api_server import HAS_API, JOBS, WHY_NOT, running_api
from tests.catalogue_calls import read, write
from tests.catalogue_places import catalogue_at
from tests.integration import fork_server
from tests.integration.crawls import environment
from tests.postgresql_server import PostgresqlServer

SILENT = 2.0
"""Seconds: more than a busy machine needs for a statement."""
_ASLEEP = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(600)'"


@pytest.fixture
def bounded(server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", SILENT)
    catalogue = catalogue_at(tmp_path / "catalogue", patience=0.1)
    catalogue.bound_silence()
    yield catalogue
    catalogue.close()


@pytest.fixture
def patient(server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    """As commands and crawls have it: their statements may take long."""
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", SILENT)
    catalogue = catalogue_at(tmp_path / "catalogue", patience=0.1)
    yield catalogue
    catalogue.close()


def start(tx: Connection, run_id: str) -> None:
    runs.start(tx, run_id, "all", {}, 1.0)


def test_whoever_asks_is_told_and_all_is_well_when_it_wakes(bounded: Catalogue, server: PostgresqlServer) -> None:
    write(bounded, start, "before")
    with server.silent():
        for call in (lambda: read(bounded, runs.latest, 9), lambda: write(bounded, start, "never")):
            with pytest.raises(StorageError, match="cannot be reached"):
                call()
    write(bounded, start, "after")
    assert sorted(run.run_id for run in read(bounded, runs.latest, 9)) == ["after", "before"]


def test_silence_in_the_midst_of_a_change_undoes_it(bounded: Catalogue, server: PostgresqlServer) -> None:
    def half_done(tx: Connection) -> None:
        start(tx, "half")
        with server.silent():
            start(tx, "never")

    with pytest.raises(CatalogueAway):
        write(bounded, half_done)
    assert read(bounded, runs.latest, 9) == []


def test_a_change_that_is_busy_with_something_else_is_not_cut(bounded: Catalogue, server: PostgresqlServer) -> None:
    with bounded.transaction() as tx:
        start(tx, "slow")
        threading.Event().wait(1.5 * SILENT)
    assert [run.run_id for run in read(bounded, runs.latest, 9)] == ["slow"]


def test_a_long_statement_is_no_silence_to_who_may_ask_long_ones(patient: Catalogue) -> None:
    with patient.transaction() as tx:
        tx.exec_driver_sql("SELECT pg_sleep(3)")
        start(tx, "slow")
    assert [run.run_id for run in read(patient, runs.latest, 9)] == ["slow"]


def test_short_questions_are_cut_after_as_long(bounded: Catalogue) -> None:
    with pytest.raises(CatalogueAway), bounded.reading() as tx:
        tx.exec_driver_sql("SELECT pg_sleep(600)")


def test_silence_is_bounded_for_everybody(patient: Catalogue, server: PostgresqlServer) -> None:
    write(patient, start, "before")
    with server.silent(), pytest.raises(CatalogueUnreachable, match="cannot be reached"):
        read(patient, runs.latest, 9)
    write(patient, start, "after")
    assert sorted(run.run_id for run in read(patient, runs.latest, 9)) == ["after", "before"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_silence_between_rows_is_bounded_too(patient: Catalogue, server: PostgresqlServer) -> None:
    def ask() -> None:
        query = text("SELECT generate_series(1, 1000000)").execution_options(yield_per=1)
        with patient.reading() as tx, contextlib.closing(tx.execute(query)) as rows:
            next(rows)
            with server.silent():
                deque(rows, maxlen=0)

    with pytest.raises(CatalogueAway):
        ask()


def test_once_waited_for_in_vain_it_is_not_waited_for_again(
    catalogue: Catalogue, server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever gives back what it has in hand would wait for each."""
    monkeypatch.setattr(postgresql, "AWAY_SECONDS", 0.1)
    # That it rests meanwhile is another test's: here it would rest longer where the second try came a moment later.
    monkeypatch.setattr(postgresql, "_rest", lambda: 0.0)
    server.stop()
    try:
        with pytest.raises(CatalogueUnreachable):
            write(catalogue, start, "never")
        monkeypatch.setattr(postgresql, "AWAY_SECONDS", 3600.0)
        with pytest.raises(CatalogueUnreachable):
            write(catalogue, start, "never")
    finally:
        server.start()
    write(catalogue, start, "after")


def test_it_is_not_even_asked_for_some_seconds(
    catalogue: Catalogue, server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silent one would have each visit that is given back wait for its connection."""
    monkeypatch.setattr(postgresql, "AWAY_SECONDS", 0.1)
    monkeypatch.setattr(postgresql, "_rest", lambda: 3600.0)
    server.stop()
    try:
        for said in (r"cannot be reached \(connection", "moments ago", "moments ago"):
            with pytest.raises(CatalogueUnreachable, match=said):
                write(catalogue, start, "never")
    finally:
        server.start()


def test_a_command_at_a_silent_server_ends_with_a_sentence(catalogue: Catalogue, server: PostgresqlServer) -> None:
    assert isinstance(catalogue.place, CatalogueServer)
    url = f"{server.url(catalogue.place.database)}&connect_timeout=2"
    with server.silent():
        done = fork_server.run(["runs", "-s", f"PHX_CATALOGUE_URL={url}"], environment(), timeout=120)
    assert done.returncode == 4
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_catalogue_that_is_closed_waits_for_no_silent_server(
    server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", 600.0)
    catalogue = catalogue_at(tmp_path / "catalogue", patience=600.0)
    catalogue.bound_silence()
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            with catalogue.reading() as tx:
                tx.exec_driver_sql("SELECT pg_sleep(600)")
        except StorageError as error:
            errors.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    while server.run(_ASLEEP) == [(0,)]:
        assert thread.is_alive()
    with server.silent():
        catalogue.close()
        thread.join(60)
    assert not thread.is_alive()
    assert len(errors) == 1


@pytest.mark.skipif(not HAS_API, reason=WHY_NOT)
def test_requests_are_answered(server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", SILENT)
    with running_api(tmp_path, patience=0.1) as api:
        with server.silent():
            answer = api.ask("GET", JOBS)
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert api.ask("GET", JOBS).status == 200


@pytest.mark.skipif(not HAS_API, reason=WHY_NOT)
def test_metrics_tell_a_silent_server_while_it_is_silent(
    server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from phx_scraper.service import metrics

    # The read itself would wait for ever.
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", 600.0)
    monkeypatch.setattr(metrics, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(metrics, "_KEPT_TIMES", 0.0)
    with running_api(tmp_path) as api:

        def up() -> dict[str, float]:
            text = api.ask("GET", "/metrics", key="").body.decode()
            lines = [line.split(" ") for line in text.splitlines() if line.startswith("phx_up{")]
            return {name.split(chr(34))[1]: float(value) for name, value in lines}

        assert up() == {"catalogue": 1, "store": 1}
        with server.silent():
            assert up() == {"catalogue": 0, "store": 1}
            # Whoever asks next waits for no second bound.
            assert up() == {"catalogue": 0, "store": 1}
        until = time.monotonic() + 60
        while up()["catalogue"] == 0:
            assert time.monotonic() < until
