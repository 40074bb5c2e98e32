"""The reason that a slice gets from what its crawl said."""

from __future__ import annotations

import pytest

from phx_scraper.service.crawl_output import refusal, why_stopped

SUMMARY = "Run 9e3c73aa of all: stopped, because of trouble with disk or catalogue"
ADVICE = "Blocked and failed homes are asked for again when you run this after 14:32 (in 5 min)."
ERRORS = [
    "2026-11-27 14:28:18 9e3c73aa ERROR stopping: The catalogue went away in the midst of a change.",
    "2026-11-27 14:28:18 9e3c73aa ERROR the end of the run could not be recorded: The catalogue went away.",
]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([*ERRORS, SUMMARY, "2 homes", ADVICE], "The catalogue went away in the midst of a change."),
        ([SUMMARY, "2 homes", ADVICE], "stopped, because of trouble with disk or catalogue"),
        (["Segmentation fault"], "Segmentation fault"),
        ([], ""),
    ],
)
def test_a_crawl_that_stopped_early_is_quoted_with_its_error_not_its_advice(lines: list[str], why: str) -> None:
    assert why_stopped(lines) == why


def test_a_crawl_that_did_not_begin_is_quoted_with_its_sentence() -> None:
    assert refusal(["a warning", "scrapy crawl: no list"]) == "no list"
    assert refusal([]) == ""
