"""A probe names every kind of trouble of the replica, at the step where it shows."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from phx_scraper.probe.probe_report import REQUIRED
from phx_scraper.replica.scenarios import SCENARIOS
from tests.integration.crawls import REPOSITORY, environment
from tests.integration.probe_table import CASES, HOME, KINDS, Case

Report = dict[str, Any]

# A home for each form of a page of unknown shape, and what its state has where the page object looked.
SHAPES = (
    Case("no state", "zillow", {"only": ["unknown_shape"]}, ("__NEXT_DATA__", "missing", ""), HOME),
    Case(
        "photos renamed",
        "zillow",
        {"only": ["unknown_shape"]},
        (".property.responsivePhotos", "missing", ".property.responsivePhotosV3"),
        "4701 W Davis Rd, Glendale, AZ 85306",
    ),
    Case(
        "cut short",
        "zillow",
        {"only": ["unknown_shape"]},
        (".gdpClientCache", "text that is no JSON", ""),
        "4702 W Davis Rd, Glendale, AZ 85306",
    ),
    Case(
        "cache renamed",
        "zillow",
        {"only": ["unknown_shape"]},
        (".componentProps.gdpClientCache", "missing", ".componentProps.shopperCache"),
        "4704 W Davis Rd, Glendale, AZ 85306",
    ),
    Case(
        "section renamed",
        "redfin",
        {"only": ["redfin_strange"]},
        (".payload.addressSectionInfo", "missing", ".payload.addressSection"),
        "4701 W Davis Rd, Glendale, AZ 85306",
    ),
    Case(
        "array renamed",
        "redfin",
        {"only": ["redfin_strange"]},
        (".mediaBrowserInfo.photos", "missing", ".mediaBrowserInfo.photosV3"),
        "4705 W Davis Rd, Glendale, AZ 85306",
    ),
    Case(
        "blocks renamed",
        "phoenix_mls",
        {"only": ["phoenix_strange"]},
        ("flexmls_connect__filmstrip", "missing", "flexmls_next__strip"),
        "4701 W Davis Rd, Glendale, AZ 85306",
    ),
    Case(
        "slide show renamed",
        "phoenix_mls",
        {"only": ["phoenix_strange"]},
        ("#listing-slideshow", "missing", "#listing-gallery"),
        HOME,
    ),
    Case("sketches renamed", "maricopa_assessor", {"only": ["assessor_strange"]}, ("Pages", "missing", "Sheets"), HOME),
    Case(
        "another function called",
        "phoenix_mls",
        {"only": ["phoenix_callback"]},
        ("", "missing", "jQuery3510_1"),
        HOME,
    ),
)


def row(case: Case) -> list[Any]:
    """Of the table that `probe_runs` reads."""
    times_out = any(step.endswith(": timeout") for step in case.named)
    return [case.name, case.source, case.address, {**case.options, "times_out": times_out}]


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """The report of each case, by its name."""
    table = "".join(f"{json.dumps(row(one))}\n" for one in (*CASES, *SHAPES))
    line = [sys.executable, "-m", "tests.integration.probe_runs"]
    done = subprocess.run(
        line, input=table, env=environment(), cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=False
    )
    reports = dict(json.loads(one) for one in done.stdout.splitlines())
    assert len(reports) == len(CASES) + len(SHAPES), done.stderr[-2000:]
    return reports


def test_every_kind_of_the_replica_is_in_the_table() -> None:
    assert {kind for kinds in KINDS.values() for kind in kinds} == set(SCENARIOS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_trouble_is_named_at_its_step(reports: dict[str, Report], case: Case) -> None:
    rows = reports[case.name]["rows"]
    bad = [row for row in rows if row["result"] in ("refused", "trouble")]
    assert tuple(f"{row['step']}: {row['word']}" for row in bad) == case.named
    assert set(REQUIRED) <= {row["step"] for row in rows}
    assert all(row["detail"] for row in rows if row["result"] == "skipped")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_after_a_refusal_nothing_is_asked(reports: dict[str, Report], case: Case) -> None:
    rows = reports[case.name]["rows"]
    refused = [place for place, row in enumerate(rows) if row["result"] == "refused"]
    assert len(refused) <= 1
    if refused:
        assert {row["result"] for row in rows[refused[0] + 1 :]} <= {"skipped"}


@pytest.mark.parametrize("case", SHAPES, ids=lambda case: case.name)
def test_a_new_key_is_found_where_the_old_one_was(reports: dict[str, Report], case: Case) -> None:
    path, found, instead = case.named
    differences = [one for row in reports[case.name]["rows"] for one in row["differences"]]
    first = differences[0]
    assert first["path"].endswith(path)
    assert first["found"] == found
    assert first["instead"].endswith(instead)
    assert bool(first["instead"]) == bool(instead)
