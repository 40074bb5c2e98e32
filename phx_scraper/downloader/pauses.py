"""How long to pause between two requests to a source: as a person does, mostly a second and at times long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from urllib.parse import urlsplit

from scrapy import Request

from phx_scraper.config.fields import Config
from phx_scraper.downloader.slots import page_slot, photo_slot, slot_of
from phx_scraper.sources import SOURCES

TYPICAL = 0.2
"""The median of a pause, as a share of the way from its shortest to its longest, but for the cut."""
CUT = 2.0
"""Standard deviations above the median, in logarithms, at which the tail is cut off: 2 % lie beyond."""

_NORMAL = NormalDist()
_SIGMA = math.log(1 / TYPICAL) / CUT


def long_tailed(share: float) -> float:
    """The value (0 to 1) that this share (above 0, up to 1) of a log-normal distribution cut off at 1 lies below.

    The times between two acts of a person are log-normal (Stouffer, Malmgren and Amaral 2006, arXiv:physics/0605027);
    values of a cut distribution by inversion: Devroye, Non-Uniform Random Variate Generation (1986), chapter II.2.
    """
    return math.exp(_SIGMA * (_NORMAL.inv_cdf(share * _NORMAL.cdf(CUT)) - CUT))


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest pause, and by how much the longest exceeds it, in seconds."""

    shortest: float
    spread: float


class Pauses:
    """The pauses of every source by the settings and its row of `sources.py`, and by what robots.txt asks for.

    A row that asks for more than `PHX_MIN_DELAY` moves both bounds up. Before the first page of a home pauses begin
    where the others end, and end at `PHX_MAX_HOME_DELAY`. `crawl_delays`: seconds by host. All times
    `PHX_DELAY_SCALE`; other slots than the sources' have no pause.
    """

    def __init__(self, config: Config) -> None:
        self._scale = config.delay_scale
        self._usual = {
            slot: Bounds(max(config.min_delay, own), config.max_delay - config.min_delay)
            for source in SOURCES.values()
            for slot, own in (
                (page_slot(source.name), source.page_delay),
                (photo_slot(source.name), source.photo_delay),
            )
        }
        self._home_spread = config.max_home_delay - config.max_delay
        self.crawl_delays: dict[str, float] = {}

    def least_for_home(self, source: str, pages: int) -> float:
        """The least seconds that a home costs for which a source is asked so many pages."""
        usual = self._usual[page_slot(source)]
        return (usual.shortest * pages + usual.spread) * self._scale

    def usual_for_home(self, source: str, pages: int) -> float:
        """The seconds that a home mostly costs, by the median of each pause."""
        between = self._usual[page_slot(source)]
        opening = between.shortest + between.spread + TYPICAL * self._home_spread
        return (opening + (pages - 1) * (between.shortest + TYPICAL * between.spread)) * self._scale

    def least_for_photo(self, source: str) -> float:
        """The least seconds between two photos of a source."""
        return self._usual[photo_slot(source)].shortest * self._scale

    def usual_for_photo(self, source: str) -> float:
        """The seconds between two photos of a source, by the median."""
        own = self._usual[photo_slot(source)]
        return (own.shortest + TYPICAL * own.spread) * self._scale

    def before(self, request: Request, opens_home: bool, share: float) -> float:
        """Seconds between the last request of the slot and this one; `share` as in `long_tailed`."""
        bounds = self._usual.get(slot_of(request))
        if bounds is None:
            return 0.0
        if opens_home:
            bounds = Bounds(bounds.shortest + bounds.spread, self._home_spread)
        shortest = max(bounds.shortest, self.crawl_delays.get(urlsplit(request.url).hostname or "", 0.0))
        return (shortest + bounds.spread * long_tailed(share)) * self._scale
