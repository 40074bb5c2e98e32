"""The table of checks is sound, docs/checks.md has it word by word, and each check is made somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phx_scraper.model.checks import CHECKS, MOMENTS, SEVERITIES, TABLE, Check, Finding, as_json, lines_of
from phx_scraper.model.claims import claims_met, quality

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
GIVEN = {
    "B01": "empty_list", "B02": "unusable_row", "B03": "duplicate_rows", "B04": "shared_label", "B05": "near_address",
    "D01": "no_evidence", "D02": "wrong_home", "D03": "contradiction", "D04": "foreign_host", "D05": "damaged_file",
    "D06": "unsafe_path",
    "A01": "missing_picture", "A02": "missing_original", "A03": "wrong_size", "A04": "hash_mismatch", "A05": "orphan",
    "A06": "temporary", "A07": "stale_lease", "A08": "wrong_row", "A09": "stale_view", "A10": "unsafe",
    "A11": "shortfall", "A12": "pins_apart", "A13": "unlisted_home", "A14": "missing_thumbnail",
}  # fmt: skip
"""Codes that users' scripts know: a row may be added, none may be changed or removed."""


def test_codes_and_names_are_given_once_and_stay() -> None:
    assert {check.code: check.name for check in TABLE} == GIVEN
    assert len(CHECKS) == len(TABLE)


@pytest.mark.parametrize("check", TABLE, ids=lambda check: check.code)
def test_every_check_is_whole_and_documented(check: Check) -> None:
    assert check.moment in MOMENTS
    assert check.severity in SEVERITIES
    assert check.code[0] == check.moment[0].upper()
    rows = [line for line in PAGE.splitlines() if line.startswith(f"| `{check.code}` |")]
    cells = [cell.strip() for row in rows for cell in row.strip("|").split("|")]
    assert cells[:5] == [f"`{check.code}`", f"`{check.name}`", check.moment, check.severity, check.sentence]
    assert all(cells[5:])
    assert len(cells) == 7


def test_the_page_has_no_other_rows() -> None:
    assert re.findall(r"^\| `([ABD]\d\d)` \|", PAGE, re.MULTILINE) == list(GIVEN)


@pytest.mark.parametrize("check", TABLE, ids=lambda check: check.code)
def test_every_check_is_made_somewhere(check: Check) -> None:
    """Its name stands in the code outside the table; of visits the reason begins with it."""
    texts = (
        path.read_text(encoding="utf-8") for path in (ROOT / "phx_scraper").rglob("*.py") if path.name != "checks.py"
    )
    assert any(f'"{check.name}"' in text for text in texts)


def test_findings_are_told_in_the_order_of_the_table() -> None:
    found = [
        Finding("shortfall", "x", "3 of 4"),
        *(Finding("orphan", str(n)) for n in range(3)),
        Finding("orphan", "3"),
    ]
    assert [(one["code"], one["severity"], one["subject"]) for one in as_json(found)] == [
        *(("A05", "warning", str(n)) for n in range(4)), ("A11", "warning", "x"),
    ]  # fmt: skip
    assert list(lines_of(found, 2)) == [
        "4 x A05 a file that nothing in the catalogue names:", "  0", "  1", "  … and 2 more (--json names all)",
        "1 x A11 fewer photos on a page than it claims to have:", "  x (3 of 4)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "had", "shown", "claimed", "share"),
    [
        ("ok", 3, 4, None, 0.75),
        ("ok", 3, 4, 6, 0.5),
        ("ok", 4, 4, 3, 1.0),
        ("ok", 5, 4, 4, 1.0),
        ("ok", 0, 0, None, 1.0),
        ("empty", 0, 0, None, 1.0),
        ("not_found", 0, 0, 9, 1.0),
        ("blocked", 4, 4, 4, 0.0),
        ("error", 4, 4, 4, 0.0),
        ("pending", 4, 4, 4, 0.0),
    ],
)
def test_the_share_of_claims_met(outcome: str, had: int, shown: int, claimed: int | None, share: float) -> None:
    assert claims_met(outcome, had, shown, claimed) == share


def test_quality_is_a_mean() -> None:
    assert quality([1.0, 0.5, 0.0]) == 0.5
    assert quality([]) == 1.0
