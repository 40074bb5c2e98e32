"""What `scrapy reconcile` found, did and left, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from phx_scraper.model.checks import Finding, lines_of
from phx_scraper.reconcile.rebuild import Rebuilt
from phx_scraper.reconcile.report import Problem, Report
from phx_scraper.views.human_text import counted

SHOWN_PER_KIND = 20
_IN_NO_FILE = {
    "jobs": "jobs (hand their lists in again)",
    "api_keys": "keys of the API (make new ones)",
    "api_audit": "what was done with these keys",
}


def text_of(report: Report, done: Sequence[str], left: Sequence[Problem], rebuilt: Rebuilt | None) -> str:
    """For people: of each kind of problem and repair the first few."""
    lines = [] if rebuilt is None else [_said(rebuilt)]
    lines += lines_of((Finding(one.kind, one.subject, one.detail) for one in report.problems), SHOWN_PER_KIND)
    lines += _repaired(done)
    checked = report.checked
    lines.append(
        f"{checked['files']} files of {checked['photos']} photos and {checked['visits']} visits looked at,"
        f" {checked['read']} read in full: {_verdict(report, done, left)}."
    )
    lines.append(
        f"Quality {report.score:.1%}: accuracy {report.accuracy:.1%}, completeness {report.completeness:.1%},"
        f" consistency {report.consistency:.1%}."
    )
    return "\n".join(lines) + "\n"


def _repaired(done: Iterable[str]) -> Iterator[str]:
    """What was done, of each kind the first few, as of problems: a lost folder has one for every file."""
    told: Counter[str] = Counter()
    for sentence in done:
        kind = sentence.partition(" ")[0]
        told[kind] += 1
        if told[kind] <= SHOWN_PER_KIND:
            yield f"repaired: {sentence}"
    yield from (
        f"repaired: {kind}: {number - SHOWN_PER_KIND} more (--json names all)"
        for kind, number in told.items()
        if number > SHOWN_PER_KIND
    )


def _verdict(report: Report, done: Sequence[str], left: Sequence[Problem]) -> str:
    notes = sum(one.is_note for one in report.problems)
    problems = len(report.problems) - notes
    found = counted(problems, "problem") if problems else "no problems"
    found += f" and {counted(notes, 'note')}" if notes else ""
    if not done:
        return found
    return f"{found}, {'all repaired' if not left else f'{len(left)} left, for example {left[0].subject}'}"


def _said(rebuilt: Rebuilt) -> str:
    aside = f"; what was there is {rebuilt.set_aside}" if rebuilt.set_aside else ""
    lost = "".join(f"\n  could not be read: {sentence}" for sentence in rebuilt.lost)
    made = f"Made anew: {rebuilt.homes} homes, {rebuilt.photos} photos, {rebuilt.runs} runs{aside}.{lost}"
    made += _jobs_said(rebuilt)
    return (
        f"{made}\nOther columns of the list of homes are in no file: they come back with the next crawl of that list."
    )


def _jobs_said(rebuilt: Rebuilt) -> str:
    """Nothing where there is no word to say of jobs."""
    jobs, keys = (rebuilt.kept.get(name, 0) for name in ("jobs", "api_keys"))
    said = ""
    if jobs or keys:
        said = f"\nKept from what was there: {counted(jobs, 'job')}, {counted(keys, 'key')} of the API."
    if rebuilt.unread:
        names = ", ".join(_IN_NO_FILE[name] for name in rebuilt.unread)
        said += f"\n  could not be read, if there were any: {names}."
    return said


def json_of(report: Report, done: Sequence[str], left: Sequence[Problem], rebuilt: Rebuilt | None) -> str:
    """For programs: all of them."""
    value: dict[str, Any] = {
        "problems": _named(report.problems),
        "counts": report.counts,
        "checked": dict(report.checked),
        "score": report.score,
        "accuracy": report.accuracy,
        "completeness": report.completeness,
        "consistency": report.consistency,
        "repaired": list(done),
        "left": _named(left),
    }
    if rebuilt is not None:
        value["rebuilt"] = {"homes": rebuilt.homes, "photos": rebuilt.photos, "runs": rebuilt.runs}
        value["rebuilt"] |= {"kept": dict(rebuilt.kept), "unread": rebuilt.unread}
        value["rebuilt"] |= {"lost": rebuilt.lost, "set_aside": str(rebuilt.set_aside or "")}
    return json.dumps(value, indent=1) + "\n"


def _named(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"code": one.code, "kind": one.kind, "subject": one.subject, "detail": one.detail} for one in problems]
