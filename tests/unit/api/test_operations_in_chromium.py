"""The operations page in a real browser: at the width of a phone, and while it changes under a finger."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from phx_scraper.downloader.browser.chromium import NAMES
from tests.api_server import JOBS, Api

HOME = "4732 W Davis Rd, Glendale, AZ 85306"


@pytest.fixture
def page(api: Api) -> Iterator[Any]:
    """Signed in, on a phone."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None or find_spec("playwright") is None:
        pytest.skip(f"{NAMES[0]} and the [browser] extra are needed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        found = browser.new_page(viewport={"width": 390, "height": 844})
        found.goto(f"http://127.0.0.1:{api.port}/login")
        found.fill("#key", api.key)
        found.click("button")
        found.wait_for_url("**/operations")
        yield found
        browser.close()


def test_the_page_is_as_wide_as_a_phone_and_its_tables_scroll(api: Api, page: Any) -> None:
    job_id = api.submit(HOME)
    page.reload()
    assert page.locator("progress").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.click(f"#job-{job_id}")
    page.wait_for_url(f"**/operations/{job_id}")
    assert page.locator("h2").all_text_contents() == ["About it", "Homes that did not end well", "Slices"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_a_phone_a_job_is_a_block_whose_buttons_need_no_scrolling(api: Api, page: Any) -> None:
    job_id = api.submit(HOME)
    page.reload()
    button = page.locator(f"#cancel-{job_id}").bounding_box()
    assert 0 <= button["x"] < button["x"] + button["width"] <= 390
    jobs = page.get_by_role("region", name="Jobs")
    assert jobs.evaluate("it => it.scrollWidth - it.clientWidth") == 0
    row = jobs.get_by_role("row").filter(has_text=job_id)
    assert row.get_by_role("cell", name="Photos: 0").count() == 1
    assert jobs.get_by_role("columnheader").count() == 7


def test_a_button_is_there_until_it_is_let_go(api: Api, page: Any) -> None:
    job_id = api.submit(HOME)
    page.reload()
    button = page.locator(f"#cancel-{job_id}")
    button.hover()
    page.mouse.down()
    api.submit("4733 W Davis Rd, Glendale, AZ 85306")
    for _ in range(2):
        page.wait_for_event("response", lambda answer: answer.url.endswith("/operations/part"))
    page.evaluate("new Promise(requestAnimationFrame)")
    with page.expect_navigation():
        page.mouse.up()
    assert api.ask("GET", f"{JOBS}/{job_id}").json["status"] == "cancelled"


@pytest.mark.parametrize(("seconds", "times"), [(0, 30), (2, 3), (600, 1)])
def test_a_busy_server_is_asked_less_often(page: Any, seconds: int, times: int) -> None:
    page.clock.install()
    page.reload()
    page.evaluate(
        f"""() => {{ window.asked = 0;
        window.fetch = () => {{ window.asked += 1;
          return new Promise(done => setTimeout(() => done(new Response("")), {1000 * seconds})); }}; }}"""
    )
    page.clock.run_for(60_000)
    assert page.evaluate("window.asked") in {times, times - 1}
