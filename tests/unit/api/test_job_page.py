"""The page of one job, and `scrapy jobs show`: which homes did not end well, and why; nothing of another key's job."""

from __future__ import annotations

import time
from html import escape

import pytest
from sqlalchemy import Connection, select

from phx_scraper.commands.job_text import MOST_SHOWN, job_text
from phx_scraper.homes import read_given
from phx_scraper.service import jobs
from phx_scraper.service.api_keys import NewKey
from phx_scraper.storage.catalogue import job_slices, registration, runs, schema
from phx_scraper.storage.catalogue.job_slices import Ticket
from phx_scraper.storage.catalogue.job_tables import job_homes
from tests.api_browser import HTML, Browser
from tests.api_server import JOBS, Api, form
from tests.catalogue_calls import write

STREETS = [f"{number} W Elm St, Glendale, AZ 85306" for number in range(1, 4)]


def end(api: Api, job_id: str, number: int, state: str, reason: str = "") -> None:
    held = write(api.catalogue, job_slices.take, Ticket(job_id, number, 0), "w", time.time())
    assert held is not None
    write(api.catalogue, job_slices.end, held, state, reason, 1, time.time())


def refuse(tx: Connection, address: str, reason: str) -> None:
    """As if a crawl had put the home on the list, and Zillow had refused it."""
    homes, _ = read_given([address])
    runs.start(tx, "run", "zillow", {}, time.time())
    registration.register(tx, homes, ["zillow"], "run")
    label = tx.execute(select(schema.homes.c.property_hash)).scalar_one()
    tx.execute(job_homes.update().where(job_homes.c.address == homes[0].address).values(property_hash=label))
    stands = {"outcome": "blocked", "reason": reason, "finished_at": time.time()}
    tx.execute(schema.visits.update().where(schema.visits.c.property_hash == label).values(stands))


def test_it_names_the_homes_that_did_not_end_well(api: Api) -> None:
    body, headers = form({"file": ("a.csv", "\n".join(["full_address", *map('"{}"'.format, STREETS), "junk"]).encode()),
                          "options": '{"slice_homes": 1}', "sources": "zillow"})  # fmt: skip
    job_id = api.ask("POST", JOBS, body, headers).json["job_id"]
    browser = Browser(api)
    text = browser.get(f"/operations/{job_id}").body.decode()
    assert "There are none so far." in text
    write(api.catalogue, refuse, STREETS[0], "captcha")
    end(api, job_id, 1, "finished")
    end(api, job_id, 2, "failed", "it <b>broke</b>")
    api.ask("POST", f"{JOBS}/{job_id}/cancel")
    answer = browser.get(f"/operations/{job_id}")
    text = answer.body.decode()
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "3 homes." in text
    for why in ("zillow blocked (captcha)", escape("it <b>broke</b>"), "its slice was cancelled"):
        assert f"<td><bdi>{why}</bdi></td></tr>" in text
    assert text.index("it &lt;b&gt;") < text.index("its slice was cancelled")
    assert f"the key tests ({api.key_id})" in text
    assert "junk" in text
    assert 'value="retry"' in text
    assert f'href="/operations/{job_id}"' in browser.get("/operations").body.decode()
    service = api.context.service
    told = job_text(jobs.view(service, job_id), jobs.homes(service, job_id))
    assert "  3 homes did not end well:\n" in told
    assert "zillow blocked (captcha)\n" in told
    assert "its slice was cancelled\n" in told


def test_what_it_shows_is_bounded(api: Api) -> None:
    streets = [f"{number} W Oak St, Glendale, AZ 85306" for number in range(1, MOST_SHOWN + 6)]
    job_id = api.submit(*streets, *["junk"] * len(streets), options={"slice_homes": 1})
    api.ask("POST", f"{JOBS}/{job_id}/cancel")
    text = Browser(api).get(f"/operations/{job_id}").body.decode()
    assert "105 homes, of which the first 100 are shown." in text
    assert "105 rows, of which the first 100 are shown." in text
    assert "105 slices, of which 100 are shown" in text
    assert text.count("its slice was cancelled") == 100
    service = api.context.service
    told = job_text(jobs.view(service, job_id), jobs.homes(service, job_id, number=200))
    assert told.count("and 5 more, which --json has") == 3
    assert told.count("names no home") == 100
    assert told.count("its slice was cancelled") == 100


@pytest.mark.parametrize("name", ["0" * 16, "x", "%3Cb%3E", "a" * 300])
def test_there_is_none_of_a_job_that_there_is_not(api: Api, name: str) -> None:
    answer = Browser(api).get(f"/operations/{name}", HTML)
    assert answer.status == 404
    assert "there is no such job" in answer.body.decode()


def test_whoever_may_not_see_a_job_sees_no_page_of_it(api: Api) -> None:
    job_id = api.submit(STREETS[0])
    _, other = api.new_key(NewKey("other"))
    _, blind = api.new_key(NewKey("blind", ["submit"]))
    page = f"/operations/{job_id}"
    assert Browser(api, other).get(page).status == 404
    assert Browser(api, blind).get(page).status == 403
    assert api.ask("GET", page, key="").headers["location"] == "/login"
    browser = Browser(api)
    head = api.ask("HEAD", page, headers={"Cookie": browser.cookie}, key="")
    assert (head.status, head.body) == (200, b"")
    assert browser.get("/operations/part").status == 200
