"""What all endpoints of one API share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from phx_scraper.api.failed_tries import FailedTries
from phx_scraper.api.key_uses import KeyUses
from phx_scraper.api.long_lists import LongLists
from phx_scraper.api.refusals import Refusals
from phx_scraper.api.store_reads import StoreReads
from phx_scraper.api.streams import Streams
from phx_scraper.service.job_service import Service
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore


@dataclass(frozen=True, slots=True)
class ApiContext:
    """The catalogue and the queue (None where no Redis is set), the files, and what is counted in this process.

    `pages` has the report, in the store or, where that is a bucket, in a folder of this machine.
    """

    catalogue: Catalogue
    queue: RedisQueue | None
    files: FileStore
    pages: FileStore
    tries: FailedTries = field(default_factory=lambda: FailedTries(time.monotonic))
    uses: KeyUses = field(default_factory=KeyUses)
    refusals: Refusals = field(default_factory=lambda: Refusals(time.monotonic))
    streams: Streams = field(default_factory=Streams)
    lists: LongLists = field(default_factory=LongLists)
    reads: StoreReads = field(default_factory=StoreReads)

    @property
    def service(self) -> Service:
        """What the functions of `service.jobs` take."""
        return Service(self.catalogue, self.queue)


def context_of(request: HTTPConnection) -> ApiContext:
    """The context of the API that a request came to."""
    found: ApiContext = request.app.state.context
    return found
