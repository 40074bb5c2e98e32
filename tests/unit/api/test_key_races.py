"""A key that is revoked while its request is under way, as a long list is read for half a minute: nothing changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from phx_scraper.service import api_keys, jobs
from phx_scraper.service.api_keys import NewKey
from tests.api_browser import FORM
from tests.api_server import JOBS, Api

HOME = "4732 W Davis Rd, Glendale, AZ 85306"


@pytest.fixture
def late(api: Api, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What has this key revoked as soon as the next request with it was let in."""
    from phx_scraper.api import authentication, session_routes

    check = authentication.check

    def revoking(key_id: str) -> None:
        def checked(*words):  # type: ignore[no-untyped-def]
            found = check(*words)
            if found.key_id == key_id:
                api_keys.revoke(api.catalogue, key_id)
            return found

        for place in (authentication, session_routes):
            monkeypatch.setattr(place, "check", checked)

    return revoking


@pytest.mark.parametrize(("method", "place"), [("POST", "/cancel"), ("POST", "/retry"), ("DELETE", "")])
def test_a_job_stays_as_it_is(api: Api, late: Callable[[str], None], method: str, place: str) -> None:
    key_id, key = api.new_key(NewKey("late"))
    job_id = api.submit(HOME, key=key)
    if place != "/cancel":
        api.ask("POST", f"{JOBS}/{job_id}/cancel")
    before = jobs.get(api.context.service, job_id)
    late(key_id)
    answer = api.ask(method, f"{JOBS}/{job_id}{place}", key=key)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert f"the key {key_id} is revoked" in answer.detail
    assert jobs.get(api.context.service, job_id) == before
    assert api.audit()[-1] == ("wrong key", "", 401)


def test_no_job_is_made(api: Api, late: Callable[[str], None]) -> None:
    key_id, key = api.new_key(NewKey("late"))
    late(key_id)
    answer = api.ask("POST", JOBS, {"addresses": [HOME]}, key=key)
    assert (answer.status, "is revoked" in answer.detail) == (401, True)
    assert key_id not in {job["key_id"] for job in api.ask("GET", JOBS).json["jobs"]}


def test_nobody_is_signed_in(api: Api, late: Callable[[str], None]) -> None:
    key_id, key = api.new_key(NewKey("late"))
    late(key_id)
    first, again = (api.ask("POST", "/login", f"key={key}".encode(), FORM, key="") for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    assert first.status == 401
    assert f"the key {key_id} is revoked" in first.body.decode()
    assert "set-cookie" not in first.headers
    assert ("sign in", "", 303) not in api.audit()
