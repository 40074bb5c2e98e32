"""Cookies of the first page, what endpoints want, and who asks too quickly."""

from __future__ import annotations

import pytest

from phx_scraper.replica.front.recorder import Request
from phx_scraper.replica.suspicion.pace import MOST_QUICK, REST, PaceLimit
from phx_scraper.replica.suspicion.sessions import Sessions, endpoint_of
from tests.unit.replica.suspicion.requests import AGENT, changed, request

REDFIN = "www.redfin.com"
FIRST = request(REDFIN, "/", "navigate", "document", "none")
ENDPOINT = request(REDFIN, "/stingray/do/location-autocomplete", "cors", "empty", "same-origin", f"https://{REDFIN}/")
OMNI = request(
    "apps.flexmls.com", "/quick_launch/omni", "no-cors", "script", "cross-site", "https://phoenixmlssearch.com/"
)


def missing(sessions: Sessions, given: Request) -> str:
    endpoint = endpoint_of(given)
    assert endpoint is not None
    return sessions.missing(given, endpoint)


def test_the_first_page_gives_what_the_endpoint_wants() -> None:
    sessions = Sessions()
    assert missing(sessions, ENDPOINT) == "without the cookies of the first page"
    given = [value.partition(";")[0] for _, value in sessions.given(FIRST)]
    assert [one.partition("=")[0] for one in given] == ["RF_BROWSER_ID", "RF_CORVAIR_LAST_VERSION", "RF_VISITED"]
    asked = changed(ENDPOINT, cookie="; ".join(given))
    assert missing(sessions, asked) == ""
    assert sessions.given(changed(FIRST, cookie=given[0])) == [], "who has a session gets no other"
    assert (
        missing(sessions, changed(asked, user_agent=AGENT.replace("150", "149"))) == "cookies that another client got"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (changed(ENDPOINT, cookie="RF_BROWSER_ID=made-up"), "without the cookies"),
        (changed(ENDPOINT, cookie='"; =;;RF_BROWSER_ID'), "without the cookies"),
        (changed(ENDPOINT, referer="https://www.zillow.com/"), "no referer of www.redfin.com"),
        (changed(ENDPOINT, referer=None), "no referer of www.redfin.com"),
        (changed(ENDPOINT, sec_fetch_dest="document"), "asked for as document"),
        (changed(OMNI, sec_fetch_dest="empty"), "asked for as fetch, the site's own page asks for script"),
        (OMNI, ""),
    ],
)
def test_what_an_endpoint_misses_is_named(given: Request, said: str) -> None:
    assert missing(Sessions(), given).startswith(said)
    assert bool(missing(Sessions(), given)) == bool(said)


def test_pages_and_photos_are_no_endpoints() -> None:
    assert endpoint_of(FIRST) is None
    assert endpoint_of(request("ssl.cdn-redfin.com", "/photo/1.jpg", "no-cors", "image", "cross-site")) is None


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def ask(limit: PaceLimit, clock: Clock, pause: float, client: str = "a", source: str = "zillow") -> int:
    clock.now += pause
    offences = limit.offences(client, source)
    limit.answered(client, source)
    return offences


def test_who_never_pauses_meets_a_wall_and_who_pauses_does_not() -> None:
    clock = Clock()
    limit = PaceLimit(0.5, clock)
    assert [ask(limit, clock, 0.6) for _ in range(50)] == [0] * 50
    assert [ask(limit, clock, 0.4) for _ in range(MOST_QUICK + 3)] == [0] * MOST_QUICK + [1, 2, 3]
    assert ask(limit, clock, 1.0) == 4, "one pause does not help behind the wall"
    assert ask(limit, clock, 0.0, source="redfin") == ask(limit, clock, 0.0, client="b") == 0
    assert ask(limit, clock, REST) == 0


def test_pauses_make_up_for_haste_one_for_one() -> None:
    clock = Clock()
    limit = PaceLimit(0.5, clock)
    assert [ask(limit, clock, pause) for pause in (0.6, 0.0) * 50] == [0] * 100
    assert [ask(limit, clock, pause) for pause in (0.6, 0.0, 0.0) * MOST_QUICK].count(0) == 3 * MOST_QUICK - 1


def test_any_pace_passes_where_none_is_wanted() -> None:
    limit = PaceLimit(0, Clock())
    assert [ask(limit, Clock(), 0.0) for _ in range(100)] == [0] * 100
