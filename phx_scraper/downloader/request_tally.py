"""Counts what becomes of each request as it happens; `run/tally_writer.py` writes it down afterwards."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from urllib.parse import urlsplit

from scrapy import Request

from phx_scraper.downloader import meta_keys
from phx_scraper.model.request_counts import CAPTCHA, INTERVALS, HomesAsked, RefusalMet, SourceStep, StepCounts

OTHER = "other"
"""The step of a request that names none: one of `scrapy fetch`, or of a spider that is not ours."""


class RequestTally:
    """The counts of one crawl; every call returns at once. A request that was not `asked` counts for nothing."""

    def __init__(self, clock: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._monotonic = clock, monotonic
        self.steps: defaultdict[SourceStep, StepCounts] = defaultdict(StepCounts)
        self.changes = 0
        self.on_refusal: Callable[[], None] = lambda: None
        self.waited: defaultdict[str, float] = defaultdict(float)
        """Seconds, by source, that requests waited for their turn."""
        self.intervals: defaultdict[str, Counter[float]] = defaultdict(Counter)
        """By source and class of INTERVALS: seconds from a request to the next; saved pages ask nobody."""
        self._left_at: dict[str, float] = {}
        self._ways: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._homes: defaultdict[str, set[str]] = defaultdict(set)
        self._captchas: defaultdict[str, set[str]] = defaultdict(set)
        self._refusals: list[RefusalMet] = []
        self._numbers = 0

    def asked(self, request: Request, way: str) -> None:
        """It leaves now, by its way; a request to no source is not counted."""
        source = request.meta.get(meta_keys.SOURCE)
        if not source:
            return
        request.meta[meta_keys.UNDER_WAY] = way
        if way != "saved":
            self._note_interval(source)
        home = request.meta.get(meta_keys.HOME)
        if home and request.meta.get(meta_keys.KIND) == "page" and way != "saved":
            self._homes[source].add(home)
        step = self._step(request, way)
        if home:
            self._ways[home, source][f"{step.step} {way}"] = None
        self.steps[step].asked += 1
        self.changes += 1

    def answered(self, request: Request) -> None:
        """It had an answer that is neither a refusal nor a server error."""
        if counts := self._ended(request):
            counts.answered += 1
            counts.last_answer_at = self._clock()

    def came(self, request: Request, size: int) -> None:
        """An answer with so many bytes is there; what it is comes next."""
        way = request.meta.get(meta_keys.UNDER_WAY)
        if way in {"plain", "browser"}:
            counts = self.steps[self._step(request, way)]
            counts.bytes += size
            counts.seconds += request.meta.get("download_latency") or 0.0

    def take_ways(self, property_hash: str, source: str) -> str:
        """By which ways the steps of a visit went, in order, `autocomplete plain, page browser`; then forget them."""
        return ", ".join(self._ways.pop((property_hash, source), ()))

    def failed(self, request: Request) -> None:
        """It had no answer, or a server error."""
        if counts := self._ended(request):
            counts.failed += 1

    def dropped(self, request: Request) -> None:
        """The crawl closed while it was under way."""
        self._ended(request)

    def refused(self, request: Request, reason: str) -> None:
        """Its answer is a refusal."""
        way = str(request.meta.get(meta_keys.UNDER_WAY))
        if counts := self._ended(request):
            counts.refused += 1
            self._numbers += 1
            met = self._refusal(request, reason, way)
            self._refusals.append(met)
            if reason == CAPTCHA and met.property_hash in self._homes[met.source]:
                self._captchas[met.source].add(met.property_hash)
            self.on_refusal()

    def take_refusals(self) -> list[RefusalMet]:
        """The refusals that nobody has taken yet."""
        taken, self._refusals = self._refusals, []
        return taken

    def put_back(self, refusals: list[RefusalMet]) -> None:
        """What was taken could not be kept."""
        self._refusals = refusals + self._refusals

    def homes(self) -> dict[str, HomesAsked]:
        """By source."""
        return {source: HomesAsked(len(asked), len(self._captchas[source])) for source, asked in self._homes.items()}

    def _note_interval(self, source: str) -> None:
        now = self._monotonic()
        before, self._left_at[source] = self._left_at.get(source), now
        if before is not None:
            self.intervals[source][INTERVALS[bisect_right(INTERVALS, max(0.0, now - before)) - 1]] += 1

    def _refusal(self, request: Request, reason: str, way: str) -> RefusalMet:
        meta = request.meta
        return RefusalMet(
            number=self._numbers,
            source=meta[meta_keys.SOURCE],
            reason=reason,
            step=meta.get(meta_keys.STEP, OTHER),
            way=way,
            kind=meta.get(meta_keys.KIND, "page"),
            host=urlsplit(request.url).hostname or "",
            property_hash=meta.get(meta_keys.HOME) or "",
            profile=str(meta.get("impersonate") or ""),
            proxy=meta.get(meta_keys.PROXY, ("", ""))[0],
            at=self._clock(),
        )

    def _ended(self, request: Request) -> StepCounts | None:
        """Its counts, once: a retry of it is asked anew."""
        way = request.meta.pop(meta_keys.UNDER_WAY, None)
        if way is None:
            return None
        self.changes += 1
        return self.steps[self._step(request, way)]

    def _step(self, request: Request, way: str) -> SourceStep:
        return SourceStep(request.meta[meta_keys.SOURCE], request.meta.get(meta_keys.STEP, OTHER), way)
