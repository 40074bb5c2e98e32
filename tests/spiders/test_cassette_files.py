"""The cassettes as files: one for each case, small, without a secret and without a trace of the machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.crawls import TOKEN
from tests.spiders import (
    test_maricopa_assessor_cassettes,
    test_phoenix_mls_cassettes,
    test_redfin_cassettes,
    test_zillow_cassettes,
)
from tests.spiders.cassette_handler import CASSETTES
from tests.spiders.recording import PLACEHOLDER, TOKEN_HEADER, clean

CASES = {
    "zillow": test_zillow_cassettes.CASES,
    "redfin": test_redfin_cassettes.CASES,
    "phoenix_mls": test_phoenix_mls_cassettes.CASES,
    "maricopa_assessor": test_maricopa_assessor_cassettes.CASES,
}
LARGEST, LARGEST_SUM = 250_000, 5_000_000
"""Bytes."""
API = "https://mcassessor.maricopa.gov/"


def files() -> list[Path]:
    return sorted(CASSETTES.iterdir())


def texts(part: object) -> Iterator[str]:
    """Every text of a cassette, bodies as what they are."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, value in part.items():
            yield name
            yield from [base64.b64decode(value).decode("utf-8", "replace")] if name == "base64_string" else texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)


def test_each_case_has_its_cassette_and_no_other_is_kept() -> None:
    named = [f"{source}_{case.name}.json" for source, cases in CASES.items() for case in cases]
    assert len(named) == len(set(named))
    assert sorted(named) == [file.name for file in files()]


def test_they_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in files()}
    assert max(sizes.values()) < LARGEST
    assert sum(sizes.values()) < LARGEST_SUM


@pytest.mark.parametrize("source", CASES)
def test_no_token_and_no_place_of_this_machine_stands_in_them(source: str) -> None:
    found = [file for file in files() if file.name.startswith(f"{source}_")]
    whole = "\n".join(text for file in found for text in texts(json.loads(file.read_text(encoding="utf-8"))))
    assert whole
    for secret in (TOKEN, "127.0.0.1", "localhost", "Set-Cookie", str(CASSETTES.parents[1])):
        assert secret not in whole


def test_the_token_goes_to_the_assessors_api_alone_and_stands_there_as_a_placeholder() -> None:
    seen = set()
    for file in files():
        for one in json.loads(file.read_text(encoding="utf-8"))["http_interactions"]:
            asked = one["request"]
            seen.add((asked["uri"].startswith(API), tuple(asked["headers"].get(TOKEN_HEADER, ()))))
    assert seen == {(True, (PLACEHOLDER,)), (False, ())}


def test_a_token_is_taken_out_of_headers_and_of_a_body_that_repeats_it() -> None:
    def body(text: str) -> dict[str, str]:
        return {"encoding": "utf-8", "base64_string": base64.b64encode(text.encode()).decode()}

    interaction = {
        "request": {"headers": {"Authorization": ["s3cret"], "User-Agent": ["x"]}, "body": body("{s3cret}")},
        "response": {"headers": {"Set-Cookie": ["session=1"], "Server": ["y"]}, "body": body("not s3cret")},
    }
    clean(interaction, "s3cret")
    kept = "\n".join(texts(interaction))
    assert "s3cret" not in kept
    assert kept.count(PLACEHOLDER) == 3
    assert not {"User-Agent", "Set-Cookie", "Server"} & set(kept.splitlines())
