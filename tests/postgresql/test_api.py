"""The API of a catalogue on a server: the same answers, and what it says while the server is away."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.service.api_keys import NewKey
from phx_scraper.service.job_limits import Limits
from phx_scraper.storage.catalogue.key_tables import api_audit
from tests.api_server import HAS_API, JOBS, WHY_NOT, running_api
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
            assert api.ask("GET", path).status in {200, 404}, path
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
