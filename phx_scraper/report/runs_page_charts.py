"""The charts of `report/runs.html`: of all sources together, and of each one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from phx_scraper.model.outcome import CLEAR, TROUBLE
from phx_scraper.model.request_counts import INTERVALS
from phx_scraper.report.charts import About, Chart, Series, histogram, lines, stacked_bars
from phx_scraper.report.text_filters import day_and_hour, is_number, number, words
from phx_scraper.storage.catalogue.run_figures import RunFigures, SourceFigures

_THOUSAND, _MILLION = 1e3, 1e6
_STAGES = ("starting", "collecting", "closing")
_LOOKS = ("first", "second", "third")
# From the bottom of a bar to its top: what is clear first.
_STACKED = (*CLEAR, "pending", *TROUBLE)


def run_charts(figures: Sequence[RunFigures]) -> list[Chart]:
    """Of all sources together: photos per second, bytes, and the time of each stage."""
    places = [day_and_hour(one.run.started_at) for one in figures]
    return [_speed(figures, places), _bytes(figures, places), _stages(figures, places)]


def source_charts(source: str, figures: Sequence[RunFigures]) -> list[Chart]:
    """Of one source: how its visits ended, rates of answers and of CAPTCHAs, and the rhythm of its latest requests."""
    places = [day_and_hour(one.run.started_at) for one in figures]
    told = [one.sources.get(source, SourceFigures()) for one in figures]
    return [_outcomes(source, told, places), _rates(source, told, places), *_rhythm(source, figures)]


def total(run: RunFigures, figure: Callable[[SourceFigures], int]) -> int:
    """A figure of all of a run's sources together."""
    return sum(map(figure, run.sources.values()))


def _speed(figures: Sequence[RunFigures], places: Sequence[str]) -> Chart:
    text = "Answered requests for photos, divided by the seconds that the run took; none while it has not ended."
    speeds = (total(one, lambda source: source.photos) / one.duration if one.duration else None for one in figures)
    return stacked_bars(
        About("speed", "Photos per second", text), places, [Series("photos per second", "first", tuple(speeds))], number
    )


def _bytes(figures: Sequence[RunFigures], places: Sequence[str]) -> Chart:
    text = "Bodies of answers as they are once unpacked."
    photos = tuple(total(one, lambda source: source.photo_bytes) / _MILLION for one in figures)
    pages = tuple(total(one, lambda source: source.page_bytes) / _MILLION for one in figures)
    series = [Series("photos", "first", photos), Series("pages", "second", pages)]
    return stacked_bars(About("bytes", "Bytes received", text), places, series, _size)


def _stages(figures: Sequence[RunFigures], places: Sequence[str]) -> Chart:
    text = "Seconds that each run took to start, to collect, and to write its folders and lists at its end."
    series = [
        Series(stage, look, tuple(_seconds(one, stage) for one in figures))
        for stage, look in zip(_STAGES, _LOOKS, strict=True)
    ]
    return stacked_bars(About("stages", "Time of each stage", text), places, series, _in_seconds)


def _outcomes(source: str, told: Sequence[SourceFigures], places: Sequence[str]) -> Chart:
    text = "Visits that each run ended, by how they ended. A home that was not due is in none."
    used = [name for name in _STACKED if any(one.outcomes.get(name) for one in told)] or ["ok"]
    series = [Series(words(name), name, tuple(one.outcomes.get(name, 0) for one in told)) for name in used]
    return stacked_bars(About(f"outcomes-{source}", "How visits ended", text), places, series, _count)


def _rates(source: str, told: Sequence[SourceFigures], places: Sequence[str]) -> Chart:
    text = (
        "Shares of the requests, retries included, that were answered, and of the homes asked for at which a CAPTCHA"
        " was shown."
    )
    series = [
        Series("requests answered", "success", tuple(one.success_rate for one in told)),
        Series("homes with a CAPTCHA", "captcha", tuple(one.captcha_rate for one in told)),
    ]
    return lines(About(f"rates-{source}", "Success and CAPTCHAs", text), places, series, _percent, 1.0)


def _rhythm(source: str, figures: Sequence[RunFigures]) -> list[Chart]:
    """Of the latest run that asked the source twice; none where no run did."""
    latest = next((one for one in reversed(figures) if source in one.sources and one.sources[source].intervals), None)
    if latest is None:
        return []
    counted = latest.sources[source].intervals
    used = [place for place, bound in enumerate(INTERVALS) if counted.get(bound)]
    bounds = (*INTERVALS, math.inf)[used[0] : used[-1] + 2]
    values = Series("requests", "first", tuple(counted.get(bound, 0) for bound in bounds[:-1]))
    day = day_and_hour(latest.run.started_at)
    text = f"Seconds from one request to the next, retries included, in the run of {day}. The classes differ in width."
    about = About(f"rhythm-{source}", "Rhythm of requests", text, "seconds since the request before")
    return [histogram(about, bounds, values, _count)]


def _seconds(one: RunFigures, stage: str) -> float | None:
    value: Any = one.seconds.get(stage)
    return float(value) if is_number(value) else None


def _size(megabytes: float) -> str:
    if megabytes >= _THOUSAND:
        return f"{number(round(megabytes / _THOUSAND, 2))} GB"
    return f"{number(round(megabytes, 2))} MB" if megabytes else "0"


def _count(value: float) -> str:
    """Of a million or more in millions: there is room for seven letters beside an axis."""
    return number(value) if value < _MILLION else f"{number(round(value / _MILLION, 2))} M"


def _in_seconds(value: float) -> str:
    """In hours where seconds would be many digits."""
    return f"{number(round(value, 1))} s" if value < _THOUSAND * 10 else f"{number(round(value / 3600, 1))} h"


def _percent(value: float) -> str:
    return f"{value:.0%}" if value in (0, 0.5, 1) else f"{value:.1%}"
