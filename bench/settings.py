"""The project's settings plus the two extensions that measure."""

from __future__ import annotations

from phx_scraper.settings import *  # noqa: F403
from phx_scraper.settings import EXTENSIONS as PROJECT_EXTENSIONS

EXTENSIONS = {
    **PROJECT_EXTENSIONS,
    "bench.loop_lag.LoopLag": 900,
    "bench.stats_file.StatsFile": 950,
}
