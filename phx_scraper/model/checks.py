"""The one table of checks: what is looked at before, during and after a run, each with a code that never changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

BEFORE, DURING, AFTER = "before", "during", "after"
MOMENTS = (BEFORE, DURING, AFTER)
ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = (ERROR, WARNING, NOTE)
"""Something asked for is lacking or wrong; something that a person should look at; good to know."""


class Check(NamedTuple):
    """One thing that is looked at; `sentence` says what it is that was found."""

    code: str
    name: str
    moment: str
    severity: str
    sentence: str


TABLE = (
    # Of the list of homes, before anybody is asked.
    Check("B01", "empty_list", BEFORE, ERROR, "a list that names no home"),
    Check("B02", "unusable_row", BEFORE, ERROR, "a row that names no home for sure, and is left out"),
    Check("B03", "duplicate_rows", BEFORE, NOTE, "rows of one home, taken as one"),
    Check("B04", "shared_label", BEFORE, NOTE, "homes whose eight-digit labels are the same; one has a longer label"),
    Check("B05", "near_address", BEFORE, WARNING, "addresses that differ by one letter or digit, as typing errors do"),
    # Of pages and photos, as they come.
    Check("D01", "no_evidence", DURING, ERROR, "a page that does not prove which home it is of, and is not used"),
    Check("D02", "wrong_home", DURING, ERROR, "a page of another home than the asked one, and not used"),
    Check("D03", "contradiction", DURING, ERROR, "a page of another home, as the other sources agree"),
    Check("D04", "foreign_host", DURING, WARNING, "photos from hosts that are none of the source's, and left out"),
    Check("D05", "damaged_file", DURING, WARNING, "a file of the store that was not what its name says, written anew"),
    Check("D06", "unsafe_path", DURING, ERROR, "a file name that leads out of the data folder; the run stopped"),
    # Of what is collected: catalogue, files and folders held against one another.
    Check("A01", "missing_picture", AFTER, ERROR, "a picture that the catalogue shows has no file"),
    Check("A02", "missing_original", AFTER, ERROR, "original bytes that the catalogue names have no file"),
    Check("A03", "wrong_size", AFTER, ERROR, "a file has another size than the catalogue says"),
    Check("A04", "hash_mismatch", AFTER, ERROR, "a file's bytes are not those that its name promises"),
    Check("A05", "orphan", AFTER, WARNING, "a file that nothing in the catalogue names"),
    Check("A06", "temporary", AFTER, NOTE, "a file that a dead process was writing"),
    Check("A07", "stale_lease", AFTER, WARNING, "a visit held by a run that is gone"),
    Check("A08", "wrong_row", AFTER, ERROR, "a photo whose row contradicts itself or its visit"),
    Check("A09", "stale_view", AFTER, WARNING, "a folder or JSON file that does not show what the catalogue says"),
    Check("A10", "unsafe", AFTER, ERROR, "a symbolic link or odd name where the store keeps its files"),
    Check("A11", "shortfall", AFTER, WARNING, "fewer photos on a page than it claims to have"),
    Check("A12", "pins_apart", AFTER, WARNING, "sources that put one home in different places on the map"),
    Check("A13", "unlisted_home", AFTER, WARNING, "a home that no list names any more"),
    Check("A14", "missing_thumbnail", AFTER, NOTE, "a picture without its small copy, which can be made again"),
)
"""A check may be added; a code or a name that is taken is never given to another one."""

CHECKS = {check.name: check for check in TABLE}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What one check found: `check` is its name, `subject` an address, row, file or visit."""

    check: str
    subject: str
    detail: str = ""


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as programs read them, in the order of the table."""
    place = {name: number for number, name in enumerate(CHECKS)}
    return [
        {
            "code": CHECKS[one.check].code,
            "check": one.check,
            "severity": CHECKS[one.check].severity,
            "subject": one.subject,
            "detail": one.detail,
        }
        for one in sorted(findings, key=lambda one: place[one.check])
    ]


def counts_by_check(names: Iterable[str]) -> dict[str, int]:
    """How often each check found something, in the order of the table."""
    found = Counter(names)
    return {name: found[name] for name in CHECKS if found[name]}


def lines_of(findings: Iterable[Finding], shown: int, told: Collection[str] = ()) -> Iterator[str]:
    """Findings for people: a line for each check, and below it the first few of what was found.

    Those of the checks `told` are only counted: they stand somewhere above, each at its place.
    """
    findings = list(findings)
    for name, number in counts_by_check(one.check for one in findings).items():
        is_told = name in told
        yield f"{number} x {CHECKS[name].code} {CHECKS[name].sentence}{', see above' if is_told else ':'}"
        if is_told:
            continue
        named = [one for one in findings if one.check == name]
        yield from (f"  {one.subject}{f' ({one.detail})' if one.detail else ''}" for one in named[:shown])
        if number > shown:
            yield f"  … and {number - shown} more (--json names all)"
