"""No request is dropped as seen: the catalogue decides what is fetched again."""

from __future__ import annotations

from scrapy.dupefilters import BaseDupeFilter


class NoDupeFilter(BaseDupeFilter):
    """Lets every request pass; a filter in memory would turn a crash or a retry into silent loss."""
