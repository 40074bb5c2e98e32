"""The table of `scrapy status --sources`: how each source has answered lately, and whether it is left alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from phx_scraper.config.fields import Config
from phx_scraper.run.circuit_breaker import OPEN, CircuitBreaker, Limits
from phx_scraper.storage.catalogue import breakers, request_rows
from phx_scraper.storage.catalogue.breakers import BreakerRow
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import counted, moment
from phx_scraper.views.source_report import captcha_warnings, last_runs, source_entry

FIGURES = ("asked", "answered", "refused", "failed")


def source_document(catalogue: Catalogue, sources: Sequence[str], config: Config) -> dict[str, Any]:
    """What `--json` prints: an entry for each source, and the warnings."""
    with catalogue.reading() as tx:
        rows = breakers.read(tx)
        entries = {
            source: source_entry(request_rows.recent_steps(tx, source), request_rows.recent_homes(tx, source))
            for source in sources
        }
        warnings = captcha_warnings(tx, sources)
    for source, entry in entries.items():
        entry["breaker"] = _breaker(rows.get(source, BreakerRow(source)), config)
    return {"sources": entries, "warnings": list(warnings)}


def is_in_order(document: dict[str, Any]) -> bool:
    """Whether no source is left alone, and none shows most homes a CAPTCHA."""
    return not document["warnings"] and all(entry["breaker"]["state"] != OPEN for entry in document["sources"].values())


def source_lines(document: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    for source, entry in document["sources"].items():
        yield f"{source}: {_breaker_words(entry['breaker'])}{_captcha_words(entry)}"
        if not entry["steps"]:
            yield "  not asked for anything yet"
            continue
        yield f"  {'step':20} {'way':8}" + "".join(f"{name:>10}" for name in FIGURES) + "  success  last success"
        for step in entry["steps"]:
            figures = "".join(f"{step[name]:>10}" for name in FIGURES)
            rate = "" if step["success_rate"] is None else f"{step['success_rate']:.0%}"
            yield f"  {step['step']:20} {step['way']:8}{figures}{rate:>9}  {step['last_success'] or 'never'}"
    yield from document["warnings"]


def _breaker(row: BreakerRow, config: Config) -> dict[str, Any]:
    limits = Limits(config.breaker_failures, config.breaker_cooldown, config.max_retry_after)
    breaker = CircuitBreaker(row, limits)
    return {
        "state": breaker.state,
        "failures_in_a_row": breaker.failures,
        "reason": row.reason or None,
        "until": timestamp(breaker.until) if breaker.state == OPEN else None,
    }


def _breaker_words(breaker: dict[str, Any]) -> str:
    failures, reason = breaker["failures_in_a_row"], breaker["reason"]
    why = f" after {counted(failures, 'failure')} in a row ({reason})" if failures else ""
    if breaker["state"] != OPEN:
        return f"may be asked{why and ','}{why}"
    until = datetime.fromisoformat(breaker["until"]).timestamp()
    if until <= time.time():
        return f"left alone{why}, may be tried now"
    return f"left alone until {moment(until)}{why}"


def _captcha_words(entry: dict[str, Any]) -> str:
    if not entry["homes_asked"]:
        return ""
    lately = f"{entry['homes_with_captcha']} of {counted(entry['homes_asked'], 'home')}"
    return f"; a CAPTCHA at {lately} in {last_runs(entry['runs'])}"
