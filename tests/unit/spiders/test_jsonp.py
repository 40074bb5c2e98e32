"""Requests for JSONP have the names that jQuery would give."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from phx_scraper.pages.phoenix_mls import suggestions_url
from phx_scraper.spiders.jsonp import JsonpCalls


def test_the_callback_stays_and_the_number_grows() -> None:
    calls = JsonpCalls(lambda: 0.1234567890123456, lambda: 1732690000.5)
    first, second = calls.following(), calls.following()
    assert first.callback == second.callback == "jQuery37101234567890123456_1732690000500"
    assert (first.number, second.number) == (1732690000501, 1732690000502)


def test_each_page_load_has_its_own() -> None:
    assert JsonpCalls().following().callback != JsonpCalls().following().callback


def test_the_query_is_in_jquerys_order() -> None:
    query = parse_qsl(urlsplit(suggestions_url("1 W A St, Mesa", "jQuery1_2", 3)).query)
    assert query == [("callback", "jQuery1_2"), ("_q", "1 W A St, Mesa"), ("_lo", "false"), ("_", "3")]
