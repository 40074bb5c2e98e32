"""The candidates of a visit whose pages were tried in vain, and when what such a page answered counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from phx_scraper.errors import NotFound, WrongHome
from phx_scraper.model.listing import Candidate
from phx_scraper.spiders.page_requests import Way
from phx_scraper.spiders.visit_outcome import FIND, Attempt


class TriedCandidates:
    """Those of one visit, whose `attempts` it corrects.

    A page that is gone or of another home proves nothing if its candidate came from an inconclusive way, such as a page
    of an earlier run; it does once a conclusive way names the same candidate.
    """

    def __init__(self, attempts: list[Attempt]) -> None:
        self._attempts = attempts
        self._answers: dict[str, tuple[int, Attempt]] = {}

    def add(self, candidate: Candidate, way: Way[Any]) -> None:
        """The last attempt was this candidate's page, which `way` has named."""
        last = self._attempts[-1]
        self._answers[_identity(candidate)] = (len(self._attempts) - 1, last)
        if not way.conclusive and isinstance(last.error, WrongHome | NotFound):
            self._attempts[-1] = replace(last, step=FIND, conclusive=False)

    def has(self, candidate: Candidate, way: Way[Any]) -> bool:
        """Whether its page need not be tried for `way`, which names it now."""
        answer = self._answers.get(_identity(candidate))
        if answer is not None and way.conclusive:
            place, of_page = answer
            self._attempts[place] = of_page
        return answer is not None


def _identity(candidate: Candidate) -> str:
    """The ids, or without ids the URL; the words in a URL do not count."""
    return repr(sorted(candidate.ids.items())) if candidate.ids else candidate.url
