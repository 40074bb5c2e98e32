"""Sends the requests of a probe as a crawl would, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.downloader.meta_keys import TRACE
from phx_scraper.errors import PageError, PhxError
from phx_scraper.probe.observer import Exchange, Observation
from phx_scraper.run.error_outcomes import outcome_of_failure


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request brought: a response, or the error that it ended with; `observation` tells of both."""

    observation: Observation
    response: Response | None = None
    error: PhxError | None = None

    @property
    def last(self) -> Exchange | None:
        """The last exchange, after redirects; None where nothing was sent."""
        return self.observation.exchanges[-1] if self.observation.exchanges else None


class Fetcher:
    """The requests of one source's probe; `answers` has all that came, in order."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.answers: list[Answer] = []

    async def fetch(self, request: Request) -> Answer:
        """One request through the middlewares and at the pace of a crawl. Raises StoppedEarly."""
        observation = Observation()
        request.meta[TRACE] = observation
        response, error = None, None
        try:
            response = await self._crawler.engine.download_async(request)
        except StoppedEarly:
            raise
        except Exception as problem:
            error = as_page_error(problem)
        answer = Answer(observation, response, error)
        self.answers.append(answer)
        return answer


def as_page_error(problem: Exception) -> PhxError:
    """What a lost request means for a path, in the words in which a visit would end."""
    if isinstance(problem, PhxError):
        return problem
    ending = outcome_of_failure(Failure(problem))  # type: ignore[no-untyped-call]
    return PageError(ending.reason, ending.detail)
