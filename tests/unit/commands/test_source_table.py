"""What `scrapy status --sources` says of sources that answer, refuse, are left alone, and were never asked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.commands.source_table import is_in_order, source_document, source_lines
from phx_scraper.config.reading import read_config
from phx_scraper.model.request_counts import HomesAsked, SourceStep, StepCounts
from phx_scraper.storage.catalogue import breakers, request_rows, runs
from phx_scraper.storage.catalogue.breakers import BreakerRow
from phx_scraper.storage.catalogue.catalogue import Catalogue

CONFIG = read_config({"PHX_BREAKER_COOLDOWN": 600})


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue.open(tmp_path / "catalogue.sqlite")
    yield made
    made.close()


def shown(catalogue: Catalogue, *sources: str) -> tuple[dict[str, Any], list[str]]:
    document = source_document(catalogue, sources, CONFIG)
    return json.loads(json.dumps(document)), list(source_lines(document))


def stands(catalogue: Catalogue, row: BreakerRow) -> str:
    with catalogue.transaction() as tx:
        breakers.write(tx, row)
    return shown(catalogue, row.source)[1][0]


def test_a_source_that_was_never_asked_is_in_order(catalogue: Catalogue) -> None:
    document, lines = shown(catalogue, "zillow", "redfin")
    nothing = [
        "zillow: may be asked",
        "  not asked for anything yet",
        "redfin: may be asked",
        "  not asked for anything yet",
    ]
    assert lines == nothing
    assert is_in_order(document)
    assert document["sources"]["zillow"] == {
        **{"steps": [], "homes_asked": 0, "homes_with_captcha": 0, "captcha_rate": None, "runs": 0},
        "breaker": {"state": "closed", "failures_in_a_row": 0, "reason": None, "until": None},
    }


def test_the_breaker_as_the_catalogue_has_it(catalogue: Catalogue) -> None:
    now = time.time()
    failing = BreakerRow("zillow", 2, 0, None, 0.0, "refusal: forbidden at www.zillow.com")
    assert stands(catalogue, failing) == (
        "zillow: may be asked, after 2 failures in a row (refusal: forbidden at www.zillow.com)"
    )
    assert is_in_order(shown(catalogue, "zillow")[0])
    open_now = BreakerRow("zillow", 3, 0, now, 0.0, "refusal: captcha at www.zillow.com")
    assert stands(catalogue, open_now).startswith("zillow: left alone until ")
    document = shown(catalogue, "zillow")[0]
    assert document["sources"]["zillow"]["breaker"]["state"] == "open"
    assert not is_in_order(document)
    over = BreakerRow("zillow", 3, 0, now - 601, 0.0, "refusal: captcha at www.zillow.com")
    assert stands(catalogue, over).endswith("(refusal: captcha at www.zillow.com), may be tried now")
    named_longer = BreakerRow("zillow", 1, 0, now - 601, 7200.0, "refusal: rate_limited")
    assert stands(catalogue, named_longer).startswith("zillow: left alone until ")


def test_steps_have_their_rate_and_last_success(catalogue: Catalogue) -> None:
    counts = {
        SourceStep("zillow", "page", "plain"): StepCounts(5, 1, 2, 1, 1_800_000_000.0),
        SourceStep("zillow", "page", "browser"): StepCounts(1, 0, 0, 0),
    }
    with catalogue.transaction() as tx:
        runs.start(tx, "run", "zillow", {}, 1.0)
        request_rows.write(tx, "run", [], counts, {"zillow": HomesAsked(3, 2)})
    document, lines = shown(catalogue, "zillow")
    assert lines[0] == "zillow: may be asked; a CAPTCHA at 2 of 3 homes in its last run"
    assert " ".join(lines[1].split()) == "step way asked answered refused failed success last success"
    assert lines[2].split() == ["page", "browser", "1", "0", "0", "0", "never"]
    assert lines[3].split() == ["page", "plain", "5", "1", "2", "1", "25%", "2027-01-15T08:00:00Z"]
    assert lines[4].startswith("zillow showed a CAPTCHA at 2 of 3 homes in its last run (67%)")
    assert not is_in_order(document)
