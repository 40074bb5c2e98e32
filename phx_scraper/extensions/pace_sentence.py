"""Says at a run's start that it waits on purpose: else its first minute looks like a standstill."""

from __future__ import annotations

from collections.abc import Iterator

from phx_scraper.config.fields import Config
from phx_scraper.downloader.pauses import TYPICAL
from phx_scraper.run.least_time import ORDINARY_GALLERY


def pace_sentence(config: Config) -> Iterator[str]:
    """The bounds of the pauses, and how long an ordinary gallery takes by them; nothing where nothing waits."""
    shortest, longest = config.min_delay * config.delay_scale, config.max_delay * config.delay_scale
    if config.offline or longest <= 0:
        return
    minutes = max(1, round(ORDINARY_GALLERY * (shortest + TYPICAL * (longest - shortest)) / 60))
    yield (
        f"Requests to a source are {shortest:g} to {longest:g} s apart on purpose, photos too:"
        f" {ORDINARY_GALLERY} photos take about {minutes} min, sources side by side (README, Manners)."
    )
