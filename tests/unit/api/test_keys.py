"""Who may do what: no key, a wrong one, one that is over, one without the scope; and what is kept of that."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from phx_scraper.errors import KeyRefused, StorageError, UnknownKey, UsageError
from phx_scraper.model.api_key import SCOPES
from phx_scraper.service import api_keys
from phx_scraper.service.api_keys import NewKey
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.key_tables import api_audit
from tests.api_server import JOBS, Api

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
PLACES = {
    "submit": [("POST", JOBS), ("POST", f"{JOBS}/0/retry")],
    "read": [
        ("GET", JOBS),
        ("GET", f"{JOBS}/0"),
        ("GET", f"{JOBS}/0/events"),
        ("GET", "/api/properties"),
        ("GET", "/api/properties/0"),
        ("GET", "/api/properties/0/images"),
        ("GET", "/api/images/0"),
    ],
    "cancel": [("POST", f"{JOBS}/0/cancel"), ("DELETE", f"{JOBS}/0")],
}
EVERYWHERE = [place for places in PLACES.values() for place in places]


@pytest.fixture(autouse=True)
def fresh_tries(api: Api) -> None:
    """Each test begins with none."""
    api.context.tries.__init__(api.context.tries._clock)  # type: ignore[misc]


def test_these_are_all_that_need_a_key(api: Api) -> None:
    told = json.loads(api.ask("GET", "/openapi.json", key="").body)["paths"]
    guarded = {
        (method.upper(), path.replace("{job_id}", "0").replace("{property_hash}", "0").replace("{content_hash}", "0"))
        for path, methods in told.items()
        for method, operation in methods.items()
        if operation.get("security")
    }
    assert guarded == set(EVERYWHERE)
    open_to_all = {path for path, methods in told.items() if not any(one.get("security") for one in methods.values())}
    assert open_to_all <= {"/health", "/ready", "/metrics"}


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
def test_without_a_key_nothing_is_shown(api: Api, method: str, path: str) -> None:
    answer = api.ask(method, path, key="")
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "a key is needed" in answer.detail


WRONG = ["x", "phx_", "phx_" + "0" * 12 + "_" + "A" * 43, "Basic abc", "é", "a" * 5000, "' OR 1=1"]


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_key(api: Api, key: str) -> None:
    for headers in ({"X-API-Key": key}, {"Authorization": f"Bearer {key}"}):
        answer = api.ask(
            "GET",
            JOBS,
            headers={name: text.encode("latin-1").decode("latin-1") for name, text in headers.items()},
            key="",
        )
        assert answer.status == 401
        assert "key" in answer.detail


def test_a_key_with_another_secret(api: Api) -> None:
    other = api.key[:-4] + ("AAAA" if not api.key.endswith("AAAA") else "BBBB")
    assert api.ask("GET", JOBS, key=other).status == 401
    assert ("wrong key", "", 401) in api.audit()


def test_both_headers(api: Api) -> None:
    bearer = {"Authorization": f"Bearer {api.key}"}
    assert api.ask("GET", JOBS, headers=bearer, key="").status == 200
    assert api.ask("GET", JOBS, headers={"Authorization": f"bearer {api.key}"}, key="").status == 200
    assert api.ask("GET", JOBS, headers=bearer).status == 200
    _, other = api.new_key(NewKey("other"))
    assert "two different keys" in api.ask("GET", JOBS, headers=bearer, key=other).detail


def test_a_key_is_of_no_use_as_soon_as_it_is_revoked(api: Api) -> None:
    key_id, key = api.new_key(NewKey("short", ["read"]))
    assert api.ask("GET", JOBS, key=key).status == 200
    api_keys.revoke(api.catalogue, key_id)
    answer = api.ask("GET", JOBS, key=key)
    assert (answer.status, f"the key {key_id} is revoked" in answer.detail) == (401, True)
    api_keys.revoke(api.catalogue, key_id)


def test_a_key_expires(api: Api) -> None:
    key_id, key = api.new_key(NewKey("over", days=-1))
    answer = api.ask("GET", JOBS, key=key)
    assert (answer.status, f"the key {key_id} is expired" in answer.detail) == (401, True)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_does_what_its_scopes_say(api: Api, scope: str) -> None:
    _, key = api.new_key(NewKey(scope, [scope]))
    for needed, places in PLACES.items():
        for method, path in places:
            answer = api.ask(method, path, key=key)
            assert (answer.status == 403) == (scope not in (needed, "admin")), (scope, method, path, answer)


def test_what_is_refused_stands_in_the_audit(api: Api) -> None:
    key_id, key = api.new_key(NewKey("reader", ["read"]))
    answer = api.ask("POST", JOBS, {"addresses": [HOME]}, key=key)
    assert answer.detail == f"the key {key_id} may not submit: have one made with the scope submit"
    assert api.audit()[-1] == ("refused", JOBS, 403)


def test_what_is_done_stands_in_the_audit(api: Api) -> None:
    job_id = api.submit(HOME)
    api.ask("POST", f"{JOBS}/{job_id}/cancel")
    api.ask("POST", f"{JOBS}/{job_id}/cancel")
    api.ask("DELETE", f"{JOBS}/{job_id}")
    api.ask("DELETE", f"{JOBS}/{job_id}")
    assert api.audit()[-5:] == [
        ("submit", job_id, 202),
        ("cancel", job_id, 202),
        ("cancel", job_id, 202),
        ("delete", job_id, 204),
        ("delete refused", job_id, 404),
    ]


def test_the_database_lets_nobody_change_the_audit(api: Api) -> None:
    for statement in (api_audit.delete(), api_audit.update().values(status=0)):
        with pytest.raises(StorageError), api.catalogue.transaction() as tx:
            tx.execute(statement)


def test_who_guesses_is_slowed_down_and_who_has_a_good_key_is_not(api: Api) -> None:
    _, fresh = api.new_key(NewKey("fresh", ["read"]))
    assert api.ask("GET", JOBS).status == 200
    for _ in range(10):
        assert api.ask("GET", JOBS, key="phx_wrong").status == 401
    lines = len(api.audit())
    answer = api.ask("GET", JOBS, key="phx_wrong")
    assert (answer.status, 0 < int(answer.headers["retry-after"]) <= 60) == (429, True)
    assert "too many wrong keys" in answer.detail
    assert api.ask("GET", JOBS, key=fresh).status == 429
    assert api.ask("GET", JOBS).status == 200
    assert len(api.audit()) == lines


def test_metrics_need_no_key_and_name_no_home(api: Api) -> None:
    api.submit(HOME)
    answer = api.ask("GET", "/metrics", key="")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b"# HELP phx_" in answer.body
    assert b"Davis" not in answer.body


def test_when_a_key_was_used_is_written_later(api: Api) -> None:
    key_id, key = api.new_key(NewKey("used", ["read"]))
    api.ask("GET", JOBS, key=key)
    api.context.uses.write(api.catalogue)
    (found,) = [one for one in api_keys.listed(api.catalogue) if one.key_id == key_id]
    assert (found.last_used_at or 0.0) >= found.created_at


def test_neither_catalogue_nor_log_has_a_key(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    api.ask("GET", f"{JOBS}?key={api.key}")
    secret = api.key.split("_", 2)[2]
    for file in (api.store / "metadata").iterdir():
        assert secret.encode() not in file.read_bytes()
    assert secret not in caplog.text


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    made = Catalogue.open(tmp_path / "catalogue.sqlite")
    yield made  # type: ignore[misc]
    made.close()


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (NewKey(""), "a key needs a name"),
        (NewKey("  \n"), "a key needs a name"),
        (NewKey("x" * 81), "a key needs a name"),
        (NewKey("a\0b"), "a key needs a name"),
        (NewKey("a", ["raed"]), "scopes: 'raed' is none.*read"),
        (NewKey("a", []), "scopes: name at least one"),
    ],
)
def test_a_key_that_cannot_be_made(catalogue: Catalogue, wanted: NewKey, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        api_keys.create(catalogue, wanted)


def test_a_key_has_its_form_and_is_found(catalogue: Catalogue) -> None:
    made, text = api_keys.create(catalogue, NewKey("nightly import"))
    assert re.fullmatch(rf"phx_{made.key_id}_[\w-]{{43}}", text)
    assert api_keys.find(catalogue, text) == made == api_keys.listed(catalogue)[0]
    for wrong in (text[:-1], text + "A", text.upper(), text.replace("phx_", "phy_"), ""):
        with pytest.raises(KeyRefused):
            api_keys.find(catalogue, wrong)
    with pytest.raises(UnknownKey, match="there is no key 'x': scrapy keys list"):
        api_keys.revoke(catalogue, "x")


@pytest.mark.parametrize("days", [36_501.0, 999_999_999.0, float("inf"), float("nan")])
def test_a_key_ends_on_a_day_that_can_be_written(api: Api, days: float) -> None:
    before = len(api_keys.listed(api.catalogue))
    with pytest.raises(UsageError, match="1 to 36,500 days"):
        api_keys.create(api.catalogue, NewKey("long", days=days))
    assert len(api_keys.listed(api.catalogue)) == before
