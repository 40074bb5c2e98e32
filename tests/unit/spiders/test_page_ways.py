"""A page that needs a browser is asked for by one; a refusal, a look-up and a page that is read never are."""

from __future__ import annotations

import pytest
from scrapy.http import Response, TextResponse

from phx_scraper.downloader.meta_keys import PageWay
from phx_scraper.errors import NotUnderstood, PageError, PhxError, Refused
from phx_scraper.sources import SOURCES
from phx_scraper.spiders import page_asker as module
from phx_scraper.spiders.page_asker import page_ways
from phx_scraper.spiders.page_requests import PageRequest, PageRequests, Way
from phx_scraper.spiders.visit_steps import VisitSteps
from tests.unit.spiders.walking import visit_of

BOTH: tuple[PageWay, ...] = ("plain", "browser")
NEEDS = NotUnderstood("needs_browser", "its content appears only after its scripts have run")


def read(response: Response) -> str:
    if response.body == b"frame":
        raise NEEDS
    if response.body == b"odd":
        raise NotUnderstood("photos")
    return response.body.decode()


def visit(answers: dict[str, bytes | PhxError], ways: tuple[PageWay, ...] = BOTH, expects: str = "document"):
    """(value or error, ways asked by, steps) of one page that answers each way so."""
    steps, asked = VisitSteps(visit_of("zillow"), page_ways=ways), []

    def run() -> PageRequests[str | None]:
        return (yield from steps.request(PageRequest("https://www.zillow.com/x", read, expects=expects)))

    path = steps.first_of([Way("page", run)])
    try:
        request = next(path)
        while True:
            asked.append(request.way)
            answer = answers[request.way]
            if isinstance(answer, PhxError):
                request = path.throw(answer)
            else:
                request = path.send(TextResponse(request.url, body=answer))
    except StopIteration as done:
        return done.value, asked, steps
    except PhxError as error:
        return error, asked, steps


def test_the_browser_is_asked_for_what_the_plain_page_lacks() -> None:
    value, asked, steps = visit({"plain": b"frame", "browser": b"home"})
    assert (value, asked) == ("home", ["plain", "browser"])
    assert steps.summary() == "page by browser: ok"


def test_a_page_that_is_read_is_not_asked_for_again() -> None:
    value, asked, steps = visit({"plain": b"home"})
    assert (value, asked, steps.summary()) == ("home", ["plain"], "")


@pytest.mark.parametrize(
    "answer", [Refused("forbidden"), PageError("timeout"), b"odd"], ids=["refused", "unanswered", "not understood"]
)
def test_nothing_else_escalates(answer: bytes | PhxError) -> None:
    _, asked, steps = visit({"plain": answer, "browser": b"home"})
    assert asked == ["plain"]
    assert "browser" not in str(steps.outcome())


def test_what_the_browser_is_refused_is_a_refusal() -> None:
    _, asked, steps = visit({"plain": b"frame", "browser": Refused("captcha")})
    assert asked == ["plain", "browser"]
    assert (steps.outcome().name, steps.outcome().reason) == ("blocked", "captcha")
    assert steps.outcome().detail == "page by browser: captcha"


def test_a_page_that_scripts_do_not_fill_ends_by_name() -> None:
    _, asked, steps = visit({"plain": b"frame", "browser": b"frame"})
    assert (asked, steps.outcome().reason) == (["plain", "browser"], "not_understood:needs_browser")


def test_without_a_browser_it_ends_by_name() -> None:
    _, asked, steps = visit({"plain": b"frame"}, ways=("plain",))
    assert (asked, steps.outcome().reason) == (["plain"], "not_understood:needs_browser")


def test_a_look_up_is_always_plain() -> None:
    assert visit({"plain": b"{}"}, ways=("browser",), expects="json")[1] == ["plain"]


@pytest.mark.parametrize(
    ("mode", "row", "ways"),
    [
        ("never", True, ("plain",)),
        ("auto", False, ("plain", "browser")),
        ("auto", True, ("browser",)),
        ("always", False, ("browser",)),
    ],
)
def test_the_ways_of_a_mode(mode: str, row: bool, ways: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    source = type("Row", (), {"needs_browser": row})
    monkeypatch.setattr(module, "SOURCES", {"zillow": source})
    assert page_ways("zillow", mode) == ways


def test_no_source_asks_for_a_browser_from_the_start() -> None:
    assert not [name for name, source in SOURCES.items() if source.needs_browser]
