"""Every reason that the code gives is in the table, as transient or permanent."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.downloader.lost_requests import LOST
from phx_scraper.model.reasons import TABLE, is_transient, rule_of
from phx_scraper.pages import block_pages, refusals

PACKAGE = Path(__file__).parents[3] / "phx_scraper"


@pytest.mark.parametrize(
    "reason",
    [
        "http_500", "http_502", "http_503", "http_504", "http_202", "http_403", "http_408", "http_429", "timeout",
        "cut_short", "connection_refused", "connection_reset", "host_unknown", "download:DownloadFailedError", "html",
        "empty", "not_image", "truncated", "forbidden", "captcha", "rate_limited", "login", "decoder_timeout",
        "decoder_crash", "no_photo_usable", "not_understood:gdpClientCache", "wrong_home:street", "bug:KeyError",
        "a_reason_of_next_year",
    ],
)  # fmt: skip
def test_transient_reasons(reason: str) -> None:
    assert is_transient(reason)


@pytest.mark.parametrize(
    "reason",
    [
        "http_404", "http_410", "http_400", "http_415", "http_302", "too_large", "too_many_pixels", "too_small", "flat",
        "unsupported_format", "decode_error", "unsafe_target", "contradiction", "contradiction:mls",
        "gone_from_listing", "cleaned", "",
    ],
)  # fmt: skip
def test_permanent_reasons(reason: str) -> None:
    assert not is_transient(reason)


def test_the_table_names_each_reason_once_and_says_why() -> None:
    names = [rule.name for rule in TABLE]
    assert len(set(names)) == len(names)
    assert all(rule.why for rule in TABLE)


def raised(error: str, folder: str) -> Iterator[str]:
    """The reasons that the code gives to an exception, as they are written in it."""
    for path in (PACKAGE / folder).rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        ours = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == error and call.args]
        yield from (str(call.args[0].value) for call in ours if isinstance(call.args[0], ast.Constant))


def endings() -> Iterator[str]:
    """The reasons of refusals and errors that are written out where a visit ends."""
    for path in PACKAGE.rglob("*.py"):
        for outcome, reason in re.findall(r'Outcome\("(\w+)", f?"([^"]+)"', path.read_text(encoding="utf-8")):
            if outcome in {"error", "blocked"}:
                yield reason.partition("{")[0]


def given() -> set[str]:
    tables = (refusals._BY_STATUS, block_pages._TITLES, block_pages._CODE, block_pages._WORDS, block_pages._PAIRS)
    refused = {reason for table in tables for reason in table.values()} | {"throttled", "html_instead_of_json"}
    pictures = {*raised("BadPhoto", "imaging"), *raised("BadPhoto", "pipelines")}
    return refused | pictures | set(endings()) | {reason for _, reason in LOST}


def test_every_reason_that_the_code_gives_is_in_the_table() -> None:
    found = given()
    assert len(found) > 25, "the search found hardly anything: has the code another form now?"
    assert {reason for reason in found if rule_of(reason) is None} == set()
