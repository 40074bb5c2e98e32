"""Write docs/reasons.md from the texts of outcomes and reasons and from the table of what time can heal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line
from phx_scraper.model.photo_reason_texts import PHOTOS
from phx_scraper.model.reason_texts import OUTCOMES, VISITS, Explanation
from phx_scraper.model.reasons import is_transient

PAGE = """# Outcomes and reasons

Made by `python scripts/document_reasons.py` from `phx_scraper/model/reason_texts.py` and
`phx_scraper/model/photo_reason_texts.py`.

A **visit** is one home at one source: sixteen homes at three sources are 48 visits. Every visit ends with one outcome
and, where there is something to say, a reason: in the log, in `scrapy status` (whose last lines tell what they mean),
in the folder's `images_manifest.json` and in [feeds](feeds.md). Behind the reason stands what is good to
know: a near miss by name, the step of the way that failed.

## Outcomes

{outcomes}
How the sources answer, by step and way, is shown by [`scrapy status --sources`](stats.md#how-the-sources-answer), and
every refusal that was met stands in the run record.

## Reasons of visits

{visits}
The same command asks again for visits that ended as `blocked` or `error`, after a rest of five minutes (a longer one
where the source names it, a week after a contradiction), goes on with `pending` ones, and looks at the others again
after `refresh_days`. `scrapy retry` puts refused and failed ones back on the list at once.

## Reasons of photos

{photos}
Asked again: whether the same command asks for the photo once more by itself, after a rest of five minutes, because time
can heal it. What cannot change (a picture that is too small, a file in another format) is left as it is; `scrapy retry`
asks for it all the same.
"""


def page() -> str:
    """The text of docs/reasons.md."""
    return PAGE.format(
        outcomes=_table(["outcome", "what it means", "what to do"], map(_outcome, OUTCOMES)),
        visits=_table(["reason", "with", "what it means", "what to do"], map(_visit, VISITS)),
        photos=_table(["reason of a photo", "what it means", "what to do", "asked again"], map(_photo, PHOTOS)),
    )


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"|{line}|\n" for line in ("|".join(_padded(cells)) for cells in lines))


def _padded(cells: list[str]) -> list[str]:
    return cells if set(cells) == {"---"} else [f" {cell} " for cell in cells]


def _outcome(row: Explanation) -> list[str]:
    return [_names(row), row.meaning, row.advice]


def _visit(row: Explanation) -> list[str]:
    outcomes = ", ".join(f"`{name}`" for name in row.outcomes)
    return [_names(row), outcomes, row.meaning, row.advice]


def _photo(row: Explanation) -> list[str]:
    return [_names(row), row.meaning, row.advice, _again(row)]


def _names(row: Explanation) -> str:
    return ", ".join(f"`{name.replace('*', '…')}`" for name in row.names)


def _again(row: Explanation) -> str:
    (answer,) = {is_transient(name.rstrip("*")) for name in row.names}
    return "yes" if answer else "no"


if __name__ == "__main__":
    command_line(__doc__, __file__).parse_args()
    (Path(__file__).parents[1] / "docs" / "reasons.md").write_text(page(), encoding="utf-8")
