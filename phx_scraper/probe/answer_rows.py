"""What an answer was, as a row: its status, size and time, and whether it was one at all."""

from __future__ import annotations

from typing import Any

from phx_scraper.errors import NotFound, NotUnderstood, PhxError, Refused
from phx_scraper.probe.fetcher import Answer
from phx_scraper.probe.probe_report import OK, REFUSED, TROUBLE, Row
from phx_scraper.run.error_outcomes import outcome_of


def answer_row(step: str, answer: Answer, error: PhxError | None = None, understood: bool = False, **told: Any) -> Row:
    """The row of one request: `error` is what its parser said, the answer's own comes first.

    `understood`: its parser has read it, whatever its status.
    """
    bad_status = None if understood else _bad_status(answer)
    result, word, detail = judged(answer.error or (bad_status if is_of_status(error) else error) or bad_status)
    last = answer.last
    return Row(
        step,
        result,
        word,
        "; ".join(filter(None, (detail, told.pop("detail", ""), _redirects(answer)))),
        url=last.url if last else "",
        status=last.status or None if last else None,
        size=len(last.body) if last and last.status else None,
        seconds=answer.observation.seconds or _latency(answer),
        **told,
    )


def is_of_status(error: PhxError | None) -> bool:
    """Whether a page object says no more than that the status is not that of an answer."""
    return isinstance(error, NotUnderstood) and error.reason == "status"


def judged(problem: PhxError | str | None) -> tuple[str, str, str]:
    """Result, word and detail that an error means; ok for none."""
    if problem is None:
        return OK, "", ""
    if isinstance(problem, str):
        return TROUBLE, problem, ""
    outcome = outcome_of(problem)
    if isinstance(problem, NotFound):
        return TROUBLE, "not_found", outcome.detail or outcome.reason
    if not isinstance(problem, Refused):
        return TROUBLE, outcome.reason, outcome.detail
    wait = "" if problem.retry_after is None else f", not before {problem.retry_after:.0f} s"
    return REFUSED, outcome.reason, f"{outcome.detail}{wait}"


def _bad_status(answer: Answer) -> str | None:
    status = answer.response.status if answer.response is not None else 0
    return f"http_{status}" if status >= 400 else None


def _latency(answer: Answer) -> float | None:
    """The time of an answer that did not come by libcurl."""
    request = answer.response.request if answer.response is not None else None
    return request.meta.get("download_latency") if request is not None else None


def _redirects(answer: Answer) -> str:
    hops = [one for one in answer.observation.exchanges if 300 <= one.status < 400]
    return f"{len(hops)} redirect{'s' if len(hops) > 1 else ''}" if hops else ""
