"""The sources on this machine: a server for any address, repeatable, and the truth of what it shows."""

from __future__ import annotations

from phx_scraper.replica.options import Options
from phx_scraper.replica.running import Replica, running
from phx_scraper.replica.server import serve
from phx_scraper.replica.truth import truth

__all__ = ["Options", "Replica", "running", "serve", "truth"]
