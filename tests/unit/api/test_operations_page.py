"""What whoever keeps the service alive sees in a browser, problems among it."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import pytest

from phx_scraper.service import jobs
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.storage.catalogue import job_slices
from phx_scraper.storage.catalogue.job_rows import Wanted
from phx_scraper.storage.catalogue.job_slices import Ticket
from tests.api_browser import HTML, Browser
from tests.api_server import JOBS, Api, running_api
from tests.catalogue_calls import write
from tests.redis_server import WHY_NOT, RedisServer, redis_program

HOME = "4732 W Davis Rd, Glendale, AZ 85306"


def test_a_browser_is_told_problems_by_a_page(api: Api) -> None:
    browser = Browser(api)
    for path, sentence in (("/gallery/report/none.html", "there is no such page"), ("/logout", "see the Allow")):
        answer = browser.get(path, HTML)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert sentence in answer.body.decode()
        assert answer.headers["x-request-id"] in answer.body.decode()
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert browser.get(path).status == answer.status
        shown = answer.body.decode().replace("<code>", "`").replace("</code>", "`")
        assert browser.get(path).detail in shown
    assert browser.get("/logout", HTML).headers["allow"] == browser.get("/logout").headers["allow"]
    assert browser.post("/logout", {"token": "x"}, HTML).headers["content-type"] == "text/html; charset=utf-8"
    assert "not of a page of this session" in browser.post("/logout", {"token": "x"}).detail
    assert api.ask("GET", f"{JOBS}/none", headers=HTML).detail
    assert api.ask("GET", "/operations", headers=HTML, key="").headers["location"] == "/login"


def test_a_report_that_is_not_written_yet_says_how_it_is(tmp_path: Path) -> None:
    with running_api(tmp_path) as empty:
        answer = Browser(empty).get("/gallery/report/index.html")
        assert (answer.status, "`scrapy report` writes it" in answer.detail) == (404, True)


def test_a_job_that_is_being_cancelled_is_not_cancelled_again(api: Api) -> None:
    browser, job_id = Browser(api), api.submit(HOME)
    held = write(api.catalogue, job_slices.take, Ticket(job_id, 1, 0), "w", time.time())
    assert held is not None
    assert "1 slice in work by 1 worker." in browser.get("/operations/part").body.decode()
    browser.post(f"/operations/{job_id}", {"token": browser.token(), "action": "cancel"})
    text = browser.get("/operations/part").body.decode()
    assert "cancelling</b>" in text
    assert f'id="cancel-{job_id}"' not in text
    write(api.catalogue, job_slices.end, held, "cancelled", "", 0, time.time())


@pytest.mark.parametrize(("exit_code", "is_offered"), [(0, False), (1, True)])
def test_homes_that_a_source_refused_may_be_asked_for_again(api: Api, exit_code: int, is_offered: bool) -> None:
    browser, job_id = Browser(api), api.submit(HOME)
    held = write(api.catalogue, job_slices.take, Ticket(job_id, 1, 0), "w", time.time())
    assert held is not None
    write(api.catalogue, job_slices.end, held, "finished", "", exit_code, time.time())
    assert (f'id="retry-{job_id}"' in browser.get("/operations/part").body.decode()) is is_offered
    answer = browser.post(f"/operations/{job_id}", {"token": browser.token(), "action": "retry"})
    assert answer.status == (303 if is_offered else 409)


def test_a_field_that_is_too_long_is_named_on_a_page(api: Api) -> None:
    browser = Browser(api)
    answer = browser.post(f"/operations/{'0' * 16}", {"token": browser.token(), "action": "cancel" * 10})
    assert answer.status == 422
    assert "body.action is too long: it must be a text of at most 20 characters" in answer.body.decode()


@pytest.mark.parametrize("name", ["0123456789abcdef", "<script>", "a" * 300])
@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_a_job_that_somebody_has_deleted_meanwhile(api: Api, name: str, action: str) -> None:
    browser = Browser(api)
    answer = browser.post(f"/operations/{quote(name)}", {"token": browser.token(), "action": action})
    assert answer.status == 404
    assert '<p class="problem" role="alert">this job is not there any more</p>' in answer.body.decode()


def test_the_page_leaves_out_a_job_that_is_deleted_while_it_is_made(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, stays = api.submit(HOME), api.submit(HOME)
    found = jobs.listed(api.context.service, Wanted())
    jobs.cancel(api.context.service, gone)
    assert api.ask("DELETE", f"{JOBS}/{gone}").status == 204
    monkeypatch.setattr(jobs, "listed", lambda *_: found)
    text = _shown(api)
    assert f"job-{stays}" in text
    assert f"job-{gone}" not in text


def test_it_says_whether_there_are_workers(api: Api, tmp_path: Path) -> None:
    assert "No Redis is set, which tells workers of jobs (PHX_REDIS_URL)." in _shown(api)
    if redis_program() is None:
        pytest.skip(WHY_NOT)
    redis = RedisServer(tmp_path)
    try:
        with running_api(tmp_path, RedisQueue(redis.url, 5)) as other:
            assert "No worker is there</b>: <code>scrapy worker</code> starts one." in _shown(other)
            client = redis.client()  # type: ignore[no-untyped-call]
            client.sadd("rq:workers", "rq:worker:a")
            client.hset("rq:worker:a", mapping={"birth": "2026-11-27T10:00:00Z", "state": "idle", "queues": ""})
            assert "1 worker is there." in _shown(other)
            redis.kill()
            assert "Redis is away: what runs goes on" in _shown(other)
    finally:
        redis.kill()


def _shown(api: Api) -> str:
    return Browser(api).get("/operations").body.decode()
