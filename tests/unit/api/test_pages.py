"""The pages for people: signed in by a key, safe from other sites' forms, and nothing but what they may show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlencode

import pytest

from phx_scraper.service import api_keys
from phx_scraper.service.api_keys import NewKey
from tests.api_browser import FORM, HTML, Browser
from tests.api_server import HAS_API, JOBS, WHY_NOT, Api, running_api

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
PAGE = (
    '<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; img-src'
    ' &#39;self&#39;"><p>homes'
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    if not HAS_API:
        pytest.skip(WHY_NOT)
    folder: Path = tmp_path_factory.mktemp("api")
    written = {"report/index.html": PAGE, "report/bare.html": "<p>x", "homes/a/img_001.png": "p", "homes/a/x.html": "x"}
    for path, text in {**written, "metadata/catalogue.txt": "x", "report/data.json": "x"}.items():
        (folder / "store" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "store" / path).write_text(text)
    with running_api(folder) as server:
        yield server


@pytest.mark.parametrize("path", ["/operations", "/operations/part", "/gallery/report/index.html", "/gallery/x"])
def test_whoever_has_not_signed_in_is_led_there(api: Api, path: str) -> None:
    for cookie in ("", "phx_session=", "phx_session=x", f"phx_session={api.key}"):
        answer = api.ask("GET", path, headers={"Cookie": cookie}, key="")
        assert (answer.status, answer.headers["location"]) == (303, "/login")
    assert api.ask("GET", path).status == 303, "a key in a header opens no page"
    assert api.ask("GET", "/", key="").headers["location"] == "/operations"


def test_the_cookie_is_for_this_site_and_no_script(api: Api) -> None:
    told = Browser(api).set_cookie.lower()
    assert all(word in told for word in ("httponly", "samesite=strict", "path=/", "max-age=43200"))
    assert "secure" not in told
    assert api.key.lower() not in told
    answer = api.ask("POST", "/login", urlencode({"key": api.key}).encode(), {**FORM, "X-Forwarded-Proto": "https"}, "")
    assert "secure" in answer.headers["set-cookie"].lower()


def test_a_session_opens_no_endpoint_of_the_api(api: Api) -> None:
    assert Browser(api).get(JOBS).status == 401


def test_a_wrong_key_is_said_and_counted(api: Api) -> None:
    answer = api.ask("POST", "/login", urlencode({"key": "<script>"}).encode(), FORM, "")
    assert answer.status == 401
    assert "this is no key" in answer.body.decode()
    assert "<script>" not in answer.body.decode()
    assert ("wrong key", "", 401) in api.audit()


def test_a_session_ends_with_its_key(api: Api) -> None:
    key_id, key = api.new_key(NewKey("short", ["read"]))
    browser = Browser(api, key)
    assert browser.get("/operations").status == 200
    api_keys.revoke(api.catalogue, key_id)
    assert browser.get("/operations").status == 303


def test_signing_out(api: Api) -> None:
    browser = Browser(api)
    assert browser.post("/logout", {"token": browser.token()}).headers["location"] == "/login"
    assert browser.get("/operations").status == 303


def test_jobs_are_shown_cancelled_and_tried_again(api: Api) -> None:
    browser, job_id = Browser(api), api.submit(HOME)
    text = browser.get("/operations").body.decode()
    assert 'max="1" value="0"></progress> 0 of 1' in text
    assert f'id="cancel-{job_id}"' in text
    assert f'id="retry-{job_id}"' not in text
    assert browser.post(f"/operations/{job_id}", {"token": browser.token(), "action": "cancel"}).status == 303
    assert api.ask("GET", f"{JOBS}/{job_id}").json["status"] == "cancelled"
    assert f'id="retry-{job_id}"' in browser.get("/operations/part").body.decode()
    assert browser.post(f"/operations/{job_id}", {"token": browser.token(), "action": "retry"}).status == 303
    assert api.ask("GET", f"{JOBS}/{job_id}").json["status"] == "queued"
    answer = browser.post(f"/operations/{job_id}", {"token": browser.token(), "action": "retry"})
    assert (answer.status, "cannot be tried again" in answer.body.decode()) == (409, True)
    assert browser.post(f"/operations/{job_id}", {"token": browser.token(), "action": "delete"}).status == 409


def test_a_form_of_another_site_does_nothing(api: Api) -> None:
    browser, job_id = Browser(api), api.submit(HOME)
    token, place = browser.token(), f"/operations/{job_id}"
    foreign = [
        ({"token": ""}, {}),
        ({"token": "0" * 64}, {}),
        ({"token": Browser(api).token()}, {}),
        ({"token": token}, {"Origin": "https://evil.example"}),
        ({"token": token}, {"Origin": "null"}),
        ({"token": token}, {"Sec-Fetch-Site": "cross-site"}),
        ({"token": token}, {"Sec-Fetch-Site": "same-site"}),
    ]
    for values, headers in foreign:
        assert browser.post(place, {**values, "action": "cancel"}, headers).status == 403, (values, headers)
        assert browser.post("/logout", values, headers).status == 403
    assert browser.post("/login", {"key": api.key}, {"Origin": "https://evil.example"}).status == 403
    # A link shows the job, and does nothing to it.
    assert browser.get(f"{place}?action=cancel&token={token}").status == 200
    assert browser.get(f"/logout?token={token}").status == 405
    assert api.ask("GET", f"{JOBS}/{job_id}").json["status"] == "queued"


def test_a_key_sees_and_does_what_its_scopes_say(api: Api) -> None:
    job_id = api.submit(HOME)
    _, key = api.new_key(NewKey("reader", ["read"]))
    browser = Browser(api, key)
    assert job_id not in browser.get("/operations").body.decode()
    answer = browser.post(f"/operations/{job_id}", {"token": browser.token(), "action": "cancel"})
    assert answer.status == 403
    _, key = api.new_key(NewKey("canceller", ["read", "cancel"]))
    browser = Browser(api, key)
    assert browser.post(f"/operations/{job_id}", {"token": browser.token(), "action": "cancel"}).status == 404
    _, key = api.new_key(NewKey("submitter", ["submit"]))
    assert Browser(api, key).get("/operations").status == 403


def test_pages_load_nothing_but_their_own_files(api: Api) -> None:
    browser = Browser(api)
    for path in ("/login", "/operations"):
        page = browser.get(path)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        text = page.body.decode()
        assert " style=" not in text
        assert not re.search(r"<(script|style)>", text)
        for place in re.findall(r'(?:href|src)="(/operations/static[^"]+)"', text):
            assert browser.get(place).status == 200
    assert browser.get("/operations/static/..%2fapp.py").status in (404, 405)


def test_a_reason_of_others_is_inert(api: Api) -> None:
    _, key = api.new_key(NewKey('<img src=x onerror="alert(1)">'))
    text = Browser(api, key).get("/operations").body.decode()
    assert "<img" not in text
    assert escape("<img src=x") in text


def test_the_gallery_has_the_policy_of_its_pages(api: Api) -> None:
    browser = Browser(api)
    assert browser.get("/gallery").headers["location"] == "/gallery/report/index.html"
    page = browser.get("/gallery/report/index.html")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = "default-src 'none'; img-src 'self'; frame-ancestors 'none'"
    assert page.headers["content-security-policy"] == policy
    again = browser.get("/gallery/report/index.html", {"If-None-Match": page.headers["etag"]})
    assert (again.status, again.headers["content-security-policy"]) == (304, policy)
    bare = browser.get("/gallery/report/bare.html").headers["content-security-policy"]
    assert bare == "default-src 'none'; frame-ancestors 'none'"
    assert browser.get("/gallery/homes/a/img_001.png").headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    "path",
    [
        "homes/a/x.html",
        "metadata/catalogue.sqlite",
        "metadata/catalogue.txt",
        "report/data.json",
        "report/../metadata/catalogue.sqlite",
        "report/%2e%2e/metadata/catalogue.txt",
        "report/..%2f..%2fx.html",
        "/etc/passwd",
        "report/none.html",
        "report/%00.html",
        "report",
        "",
        "homes/../report/index.html",
    ],
)
def test_the_gallery_shows_nothing_else(api: Api, path: str) -> None:
    assert Browser(api).get(f"/gallery/{path}").status == 404


@pytest.mark.parametrize("origin", ["http://[::1", "http://[x]", "null", "", "//"])
def test_an_origin_that_is_none_is_another_site(api: Api, origin: str) -> None:
    answer = api.ask("POST", "/login", b"key=x", {**FORM, "Origin": origin}, key="")
    assert (answer.status, "another site" in answer.detail) == (403, True)


def test_a_page_of_the_report_leads_back_to_operations(api: Api) -> None:
    from phx_scraper.api.gallery_routes import NAVIGATION

    layout = (files("phx_scraper.report") / "templates" / "layout.html.j2").read_bytes()
    assert layout.count(NAVIGATION) == 1
    written = PAGE.encode() + NAVIGATION + b"</nav>" + NAVIGATION
    (api.store / "report" / "back.html").write_bytes(written)
    served = Browser(api).get("/gallery/report/back.html")
    link = b'\n<a href="/operations">Operations</a>'
    assert served.body == PAGE.encode() + NAVIGATION + link + b"</nav>" + NAVIGATION
    assert (api.store / "report" / "back.html").read_bytes() == written


def test_a_problem_has_the_frame_of_the_other_pages(api: Api) -> None:
    browser = Browser(api)
    text = browser.get("/gallery/report/none.html", HTML).body.decode()
    assert '<a href="/gallery" aria-current="page">Gallery</a>' in text
    assert text.count("aria-current") == 1
    assert "Sign out" in text
    assert f'name="token" value="{browser.token()}"' in text
    assert "<code>scrapy report</code> writes" in text
    assert "`" not in text
    outside = api.ask("POST", "/login", b"key=x", {**FORM, **HTML, "Origin": "null"}, key="")
    assert (outside.status, "Sign out" in outside.body.decode()) == (403, False)
    assert "`" not in api.ask("POST", "/login", b"key=x", {**FORM, **HTML}, key="").body.decode()


def test_what_stands_between_back_quotes_is_inert_code() -> None:
    from phx_scraper.api.web_pages import page

    shown = [("a `<b>` c`", "a `&lt;b&gt;` c`"), ("<i> `<b>` c", "&lt;i&gt; <code>&lt;b&gt;</code> c")]
    for sentence, expected in shown:
        assert expected in bytes(page("login.html.j2", problem=sentence).body).decode()


def test_a_path_that_no_file_can_have_is_no_page(api: Api) -> None:
    assert Browser(api).get(f"/gallery/report/{'a/' * 3000}x.html").status == 404
