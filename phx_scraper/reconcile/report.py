"""What a check of the store found: problems by kind, counts, and one number for how good the collection is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from phx_scraper.model.checks import CHECKS, NOTE, counts_by_check

ACCURACY, COMPLETENESS, CONSISTENCY = 0.40, 0.35, 0.25


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be; `kind` is a name of `CHECKS`, `subject` a path, a photo or a visit.

    `raw_sha256` names the image concerned, `photo_id` and `visit` (property_hash, source) the row, where there is one.
    """

    kind: str
    subject: str
    detail: str = ""
    raw_sha256: str = ""
    photo_id: int | None = None
    visit: tuple[str, str] | None = None

    @property
    def code(self) -> str:
        """The check's code."""
        return CHECKS[self.kind].code

    @property
    def is_note(self) -> bool:
        """Good to know only: nothing is lacking."""
        return CHECKS[self.kind].severity == NOTE


@dataclass(slots=True)
class Report:
    """Problems, and what was looked at: `checked` counts files and rows by what they are.

    `completeness` is the mean over all visits of what each has of what it should have: photos stored or known as
    copies, of those that its listing shows or claims (the larger number); 1 for a home that is not listed or has no
    photos, 0 for a visit that is pending, blocked or failed.
    """

    problems: list[Problem] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    completeness: float = 1.0

    @property
    def counts(self) -> dict[str, int]:
        """Problems by kind, in the order of the table of checks."""
        return counts_by_check(problem.kind for problem in self.problems)

    @property
    def accuracy(self) -> float:
        """Share of the files that the catalogue names that are there, of the right size and, where read, whole."""
        wrong = {problem.subject for problem in self.problems if problem.kind in OF_FILES}
        return _share(len(wrong), self.checked["files"])

    @property
    def consistency(self) -> float:
        """Share of rows, stray files and views that agree with one another."""
        wrong = sum(1 for problem in self.problems if problem.kind not in OF_FILES | {MISSING_THUMBNAIL})
        return _share(wrong, self.checked["photos"] + self.checked["visits"] + self.checked["views"])

    @property
    def score(self) -> float:
        """0.40 accuracy + 0.35 completeness + 0.25 consistency, from 0 to 1."""
        parts = ACCURACY * self.accuracy + COMPLETENESS * self.completeness + CONSISTENCY * self.consistency
        return round(parts, 4)


MISSING_THUMBNAIL = "missing_thumbnail"
"""No part of the score: stores of before have none, and nothing is lost with one."""
OF_FILES = frozenset({"missing_picture", "missing_original", "wrong_size", "hash_mismatch"})


def _share(wrong: int, of: int) -> float:
    return max(0.0, 1.0 - wrong / of) if of else float(not wrong)
