"""The API of a catalogue on a server: the same answers, and what it says while the server is away."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.service.api_keys import NewKey
from phx_scraper.service.job_limits import Limits
from phx_scraper.storage.catalogue.key_tables import api_audit
from tests.api_server import HAS_API, JOBS, WHY_NOT, Answer, Api, running_api
from tests.catalogue_places import place_at
from tests.integration.test_api_command import Place
from tests.postgresql_server import PostgresqlServer

pytestmark = pytest.mark.skipif(not HAS_API, reason=WHY_NOT)
HOME = "4732 W Davis Rd, Glendale, AZ 85306"


def test_jobs_keys_and_audit(server: PostgresqlServer, tmp_path: Path) -> None:
    with running_api(tmp_path) as api:
        _, small = api.new_key(NewKey("small", limits=Limits(open_jobs=1)))
        name = {"Idempotency-Key": "a"}
        first = api.ask("POST", JOBS, {"addresses": [HOME, "\0"]}, name, small)
        assert first.status == 202, first
        assert api.ask("POST", JOBS, {"addresses": [HOME, "\0"]}, name, small).json == first.json
        assert api.ask("POST", JOBS, {"addresses": [HOME]}, key=small).status == 429
        place = f"{JOBS}/{first.json['job_id']}"
        assert api.ask("POST", f"{place}/cancel", key=small).json["status"] == "cancelled"
        assert api.ask("POST", f"{place}/retry", key=small).json["status"] == "queued"
        assert [job["status"] for job in api.ask("GET", JOBS).json["jobs"]] == ["queued"]
        for path in (
            f"{JOBS}/%00",
            "/api/properties/%00",
            "/api/properties",
            "/api/images/x",
            "/api/properties?address=1%00",
        ):
            assert api.ask("GET", path).status in {200, 404, 422}, path
        for statement in (api_audit.delete(), api_audit.update().values(status=0)):
            with pytest.raises(StorageError), api.catalogue.transaction() as tx:
                tx.execute(statement)
        assert ("submit refused", "", 429) in api.audit()


def test_a_server_that_is_away_is_named_and_waited_for(server: PostgresqlServer, tmp_path: Path) -> None:
    with running_api(tmp_path) as api:
        job_id = api.submit(HOME)
        server.stop()
        try:
            answer = api.ask("GET", "/ready", key="")
            assert (answer.status, answer.json["parts"]["catalogue"]) == (503, "down")
            assert api.ask("GET", "/health", key="").status == 200
        finally:
            server.start()
        assert api.ask("GET", f"{JOBS}/{job_id}").json["status"] == "queued"


class Clients:
    """Many, each asking one thing again and again until told to end; what each was answered."""

    def __init__(self, *questions: Callable[[], Answer]) -> None:
        self.answers: list[list[Answer]] = [[] for _ in questions]
        self._is_over = threading.Event()
        pairs = zip(questions, self.answers, strict=True)
        self._threads = [threading.Thread(target=self._ask, args=pair, daemon=True) for pair in pairs]
        for thread in self._threads:
            thread.start()

    def wait(self, *statuses: int) -> None:
        """Until each has seen one of these, from now on."""
        seen = [len(answers) for answers in self.answers]
        while not all(
            any(one.status in statuses for one in answers[begin:])
            for answers, begin in zip(self.answers, seen, strict=True)
        ):
            assert all(thread.is_alive() for thread in self._threads)
            self._is_over.wait(0.05)

    def end(self) -> Counter[int]:
        self._is_over.set()
        for thread in self._threads:
            thread.join(60)
        return Counter(answer.status for answers in self.answers for answer in answers)

    def _ask(self, question: Callable[[], Answer], answers: list[Answer]) -> None:
        while not self._is_over.wait(0.05):
            answers.append(question())


def questions(api: Api, job_id: str) -> list[Callable[[], Answer]]:
    place, new = f"{JOBS}/{job_id}", {"addresses": [HOME]}
    return [
        *[lambda: api.ask("GET", JOBS)] * 4,
        *[lambda: api.ask("GET", place)] * 4,
        lambda: api.ask("GET", "/api/properties"),
        lambda: api.ask("GET", "/api/images/" + "0" * 64),
        *[lambda: api.ask("POST", JOBS, new)] * 2,
    ]


def test_many_clients_while_the_server_goes_and_comes_back(server: PostgresqlServer, tmp_path: Path) -> None:
    with running_api(tmp_path, patience=0.2) as api:
        clients = Clients(*questions(api, api.submit(HOME)))
        clients.wait(200, 202, 404)
        server.stop()
        try:
            clients.wait(503)
        finally:
            server.start()
        clients.wait(200, 202, 404)
        assert set(clients.end()) == {200, 202, 404, 503}
        refused = [one for answers in clients.answers for one in answers if one.status == 503]
        assert {one.headers["retry-after"] for one in refused} == {"5"}
        assert {one.detail.partition(":")[0] for one in refused} == {"the catalogue cannot be used at the moment"}
        # Each job that was accepted is there.
        made = {one.json["job_id"] for answers in clients.answers for one in answers if one.status == 202}
        for job_id in made:
            assert api.ask("GET", f"{JOBS}/{job_id}").status == 200


def test_a_server_that_takes_no_changes_is_not_ready(server: PostgresqlServer, tmp_path: Path) -> None:
    from phx_scraper.api.authentication import note_counted

    with running_api(tmp_path) as api:
        name = api.catalogue.place.database
        server.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        _end_connections(server, name)
        try:
            answer = api.ask("GET", "/ready", key="")
            assert (answer.status, answer.json["parts"]["catalogue"]) == (503, "down")
            assert 'phx_up{part="catalogue"} 0.0' in api.ask("GET", "/metrics", key="").body.decode()
            assert api.ask("GET", JOBS).status == 200, "it can be read"
            assert api.ask("POST", JOBS, {"addresses": [HOME]}).status == 503
            assert api.ask("GET", JOBS, key="phx_wrong").status == 401
        finally:
            server.run(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            _end_connections(server, name)
        assert api.ask("GET", "/ready", key="").status == 200
        assert ("wrong key", "", 401) not in api.audit(), "it could not be noted then"
        note_counted(api.context, is_end=True)
        assert ("wrong key", "1 more within a minute", 401) in api.audit()


def _end_connections(server: PostgresqlServer, name: str) -> None:
    """What a server says of itself holds for connections that begin afterwards."""
    server.run(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'")


def test_the_folder_of_a_store_is_there_when_the_api_begins(server: PostgresqlServer, tmp_path: Path) -> None:
    begun = Place(tmp_path)
    begun.environment["PHX_CATALOGUE_URL"] = server.url(place_at(tmp_path / "catalogue").database)  # type: ignore[union-attr]
    begun.start()
    try:
        assert (tmp_path / "store").is_dir()
        assert begun.ask("GET", "/ready")[1]["parts"] == {"catalogue": "ok", "files": "ok", "queue": "not set"}
    finally:
        assert begun.process is not None
        begun.process.terminate()
        begun.process.wait()


def test_a_store_that_is_not_there_is_down_for_all_who_ask(server: PostgresqlServer, tmp_path: Path) -> None:
    with running_api(tmp_path) as api:
        assert api.ask("GET", "/ready", key="").json["parts"]["files"] == "ok"
        shutil.rmtree(api.store)
        answer = api.ask("GET", "/ready", key="")
        assert (answer.status, answer.json["parts"]["files"]) == (503, "down")
        assert 'phx_up{part="store"} 0.0' in api.ask("GET", "/metrics", key="").body.decode()
