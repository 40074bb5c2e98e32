"""How the sources answer: counts of each step and way, refusals, and how many homes met a CAPTCHA."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from phx_scraper.model.request_counts import CAPTCHA, PHOTO, HomesAsked, RefusalMet, SourceStep, StepCounts
from phx_scraper.storage.catalogue import request_rows
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import counted

TOO_MANY_CAPTCHAS = 0.5
"""Share of a source's homes above which a CAPTCHA is no chance any more."""


def requests_of_run(connection: Connection, run_id: str) -> dict[str, Any]:
    """What became of a run's requests, for its record: `steps` and `asked` by source, `refusals` with an entry each."""
    by_source: dict[str, list[dict[str, Any]]] = {}
    for step, counts in request_rows.steps_of(connection, run_id).items():
        by_source.setdefault(step.source, []).append(step_entry(step, counts))
    met = [_refusal_entry(one) for one in request_rows.refusals_of(connection, run_id)]
    homes = request_rows.asked_of(connection, run_id)
    asked = {source: _asked(steps, homes.get(source, HomesAsked())) for source, steps in by_source.items()}
    return {"asked": asked, "steps": by_source, "refusals": met}


def _asked(steps: list[dict[str, Any]], homes: HomesAsked) -> dict[str, Any]:
    """All of a source's requests together; `bytes` of the bodies of pages and of photos apart, unpacked."""
    known = sum(step[name] for step in steps for name in ("answered", "refused", "failed"))
    refused = sum(step["refused"] for step in steps)
    photos = sum(step["bytes"] for step in steps if step["step"] == PHOTO)
    return {
        "requests": sum(step["asked"] for step in steps),
        "refusal_rate": round(refused / known, 4) if known else None,
        "homes_asked": homes.homes,
        "homes_with_captcha": homes.captchas,
        "captcha_rate": round(homes.captcha_rate, 4) if homes.homes else None,
        "page_bytes": sum(step["bytes"] for step in steps) - photos,
        "photo_bytes": photos,
    }


def step_entry(step: SourceStep, counts: StepCounts) -> dict[str, Any]:
    """One step and way, as JSON has it."""
    rate = counts.success_rate
    return {
        "step": step.step,
        "way": step.way,
        **{name: getattr(counts, name) for name in ("asked", "answered", "refused", "failed")},
        "success_rate": None if rate is None else round(rate, 4),
        "last_success": timestamp(counts.last_answer_at),
        "bytes": counts.bytes,
        "seconds": round(counts.seconds, 3),
    }


def source_entry(steps: Mapping[SourceStep, StepCounts], homes: HomesAsked) -> dict[str, Any]:
    """One source, as JSON has it."""
    return {
        "steps": [step_entry(step, counts) for step, counts in steps.items()],
        "homes_asked": homes.homes,
        "homes_with_captcha": homes.captchas,
        "captcha_rate": round(homes.captcha_rate, 4) if homes.homes else None,
        "runs": homes.runs,
    }


def captcha_warnings(connection: Connection, sources: Iterable[str]) -> tuple[str, ...]:
    """A sentence for each source that showed most of its homes a CAPTCHA lately."""
    asked = ((source, request_rows.recent_homes(connection, source)) for source in sources)
    return tuple(_warning(source, homes) for source, homes in asked if homes.captcha_rate > TOO_MANY_CAPTCHAS)


def last_runs(number: int) -> str:
    """`its last run`, `its last 3 runs`."""
    return "its last run" if number == 1 else f"its last {number} runs"


def _warning(source: str, homes: HomesAsked) -> str:
    return (
        f"{source} showed a CAPTCHA at {homes.captchas} of {counted(homes.homes, 'home')} in {last_runs(homes.runs)}"
        f" ({homes.captcha_rate:.0%}): leave it alone for some days, or ask more slowly (PHX_DELAY_SCALE)"
    )


def _refusal_entry(met: RefusalMet) -> dict[str, Any]:
    return {**asdict(met), "captcha": met.reason == CAPTCHA, "at": timestamp(met.at)}
