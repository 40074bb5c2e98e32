"""A server that goes away: it is waited for, what was begun is undone, and what was committed counts."""

from __future__ import annotations

import threading
import types
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from phx_scraper.errors import CatalogueAway, CatalogueError, StorageError
from phx_scraper.model.run import RunRow
from phx_scraper.run.transactions import in_transaction
from phx_scraper.storage.catalogue import postgresql, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.catalogue_calls import read, write
from tests.postgresql_server import PostgresqlServer

CUT = "SELECT pg_terminate_backend({})"


def start(tx: Connection, run_id: str) -> None:
    runs.start(tx, run_id, "all", {}, 1.0)


def known(catalogue: Catalogue) -> list[RunRow]:
    return read(catalogue, runs.latest, 9)


def process_of(tx: Connection) -> int:
    return int(tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def when_waiting(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something when somebody first waits for the server."""
    acts = [act]

    def sleep(_seconds: float) -> None:
        while acts:
            acts.pop()()

    clock = types.SimpleNamespace(monotonic=postgresql.time.monotonic, sleep=sleep)
    monkeypatch.setattr(postgresql, "time", clock)


@pytest.mark.parametrize("how", ["immediate", "fast"])
def test_a_server_that_comes_back_is_waited_for(
    how: str, catalogue: Catalogue, server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(catalogue, start, "before")
    server.stop(how)
    when_waiting(monkeypatch, server.start)
    write(catalogue, start, "after")
    assert sorted(run.run_id for run in known(catalogue)) == ["after", "before"]


def test_one_that_stays_away_ends_in_a_sentence(
    catalogue: Catalogue, server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "AWAY_SECONDS", 0)
    server.stop()
    try:
        with pytest.raises(CatalogueError, match=r"cannot be reached \(.+\): .+") as caught:
            write(catalogue, start, "never")
    finally:
        server.start()
    assert "\n" not in str(caught.value)
    assert known(catalogue) == []


def test_what_was_begun_when_it_went_is_undone_and_the_next_goes_on(
    catalogue: Catalogue, server: PostgresqlServer
) -> None:
    def lost(tx: Connection) -> None:
        start(tx, "lost")
        server.run(CUT.format(process_of(tx)))
        start(tx, "lost too")

    with pytest.raises(CatalogueAway, match="undone"):
        write(catalogue, lost)
    write(catalogue, start, "next")
    assert [run.run_id for run in known(catalogue)] == ["next"]


def test_a_function_that_met_it_is_run_again(catalogue: Catalogue, server: PostgresqlServer) -> None:
    tries: list[int] = []

    def change(tx: Connection) -> int:
        tries.append(process_of(tx))
        if len(tries) < 3:
            server.run(CUT.format(tries[-1]))
        start(tx, "once")
        return len(tries)

    assert in_transaction(catalogue.transaction, change) == 3
    assert [run.run_id for run in known(catalogue)] == ["once"]


@pytest.mark.parametrize("is_written", [True, False])
def test_a_commit_whose_answer_is_lost_is_asked_about(
    is_written: bool, catalogue: Catalogue, server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Connection.commit

    def lost(connection: Connection) -> None:
        monkeypatch.setattr(Connection, "commit", commit)
        process = process_of(connection)
        if is_written:
            commit(connection)
        server.run(CUT.format(process))
        raise OperationalError("COMMIT", {}, Exception("lost"), connection_invalidated=True)

    monkeypatch.setattr(Connection, "commit", lost)
    if is_written:
        write(catalogue, start, "run1")
    else:
        with pytest.raises(CatalogueAway):
            write(catalogue, start, "run1")
    assert [run.run_id for run in known(catalogue)] == ["run1"] * is_written


def test_a_process_that_stopped_in_the_midst_does_not_hold_up_others(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 0.2)

    def stopped(tx: Connection) -> None:
        monkeypatch.setattr(postgresql, "IDLE_SECONDS", 20.0)  # of the other one, which may be slow
        # Nothing is asked before: this process may itself be stopped for longer than the bound at any time.
        write(catalogue, start, "another")
        start(tx, "woken")

    with pytest.raises(CatalogueAway):
        write(catalogue, stopped)
    assert [run.run_id for run in known(catalogue)] == ["another"]


def test_a_change_that_takes_too_long_has_others_give_up(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "BUSY_SECONDS", 0.1)
    with catalogue.transaction() as tx:
        start(tx, "long")
        with pytest.raises(StorageError, match="in use by another process"):
            write(catalogue, start, "short")
        assert known(catalogue) == []
    assert [run.run_id for run in known(catalogue)] == ["long"]


def test_a_question_sees_one_state_and_changes_nothing(catalogue: Catalogue) -> None:
    with catalogue.reading() as tx:
        assert runs.latest(tx, 9) == []
        done: list[Any] = []
        other = threading.Thread(target=lambda: done.append(write(catalogue, start, "meanwhile")))
        other.start()
        other.join()
        assert done == [None]
        assert runs.latest(tx, 9) == []
    with pytest.raises(StorageError, match="takes no changes"), catalogue.reading() as tx:
        start(tx, "never")
    assert [run.run_id for run in known(catalogue)] == ["meanwhile"]
