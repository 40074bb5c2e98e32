"""What a probe found: a row for each step of a source, and what the rows mean together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

OK, REFUSED, TROUBLE, SKIPPED = "ok", "refused", "trouble", "skipped"
RESULTS = (REFUSED, TROUBLE, SKIPPED, OK)
"""Of a row and of a source, worst first."""

LOOK_UP, FACTS = "look-up", "facts"
STEPS = (
    "name",
    "tcp",
    "tls",
    "first page",
    "autocomplete",
    LOOK_UP,
    "candidate",
    FACTS,
    "page",
    "state",
    "proof",
    "photos",
    "photo",
)
"""In the order of the table; what a source does without in between has no row."""
REQUIRED = tuple(step for step in STEPS if step not in (LOOK_UP, FACTS))


@dataclass(frozen=True, slots=True)
class Difference:
    """A place of an answer that is not as the page object expects it: `path` has no such value, or one of another kind.

    `instead` is the place that holds a value like it, empty where there is none; `likeness` says how.
    """

    path: str
    found: str
    instead: str = ""
    likeness: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One step: `result` is one of RESULTS, `word` the reason of one that is not ok, `detail` for people.

    `way` is the source's own name of the step; `size` is in bytes, `seconds` without the pause before it.
    """

    step: str
    result: str
    word: str = ""
    detail: str = ""
    way: str = ""
    url: str = ""
    status: int | None = None
    size: int | None = None
    seconds: float | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(slots=True)
class SourceReport:
    """The rows of one source; `missing_token` says why one was not wholly asked that wants a token."""

    source: str
    rows: list[Row] = field(default_factory=list)
    seconds: float = 0.0
    missing_token: str = ""

    @property
    def result(self) -> str:
        """The worst of its rows'."""
        return next((result for result in RESULTS if any(row.result == result for row in self.rows)), SKIPPED)

    @property
    def failed(self) -> Row | None:
        """The row that is to blame for the result, None where all is well; a way round a step is blamed last."""
        bad = [row for row in self.rows if row.result == self.result != OK]
        return next((row for row in bad if row.step in REQUIRED), bad[0] if bad else None)

    def add_bug(self, error: Exception) -> None:
        """Blame the step that was not come to for an error that nothing foresaw."""
        done = {row.step for row in self.rows}
        step = next((step for step in REQUIRED if step not in done), REQUIRED[-1])
        self.rows.append(Row(step, TROUBLE, f"bug:{type(error).__name__}", str(error)[:200]))

    def complete(self) -> None:
        """Add the steps that were not come to, each with its reason, in the order of the table."""
        done = {row.step for row in self.rows}
        self.rows += self._skipped([step for step in REQUIRED if step not in done])
        self.rows.sort(key=lambda row: STEPS.index(row.step))

    def _skipped(self, steps: Sequence[str]) -> Iterable[Row]:
        bad = self.failed
        for number, step in enumerate(steps):
            if bad is not None:
                yield Row(step, SKIPPED, detail=f"after {bad.step}: {bad.word}")
            else:
                yield Row(step, SKIPPED, "no_token" if self.missing_token else "", "" if number else self.missing_token)
