"""Queues in memory, whatever JOBDIR says: the catalogue is the frontier."""

from __future__ import annotations

from typing import Any

from scrapy.core.scheduler import Scheduler
from scrapy.dupefilters import BaseDupeFilter


class MemoryScheduler(Scheduler):
    """Scrapy's scheduler without its job folder, which is pickle and survives only a clean stop."""

    def __init__(self, dupefilter: BaseDupeFilter, jobdir: str | None = None, **options: Any) -> None:
        super().__init__(dupefilter, None, **options)
