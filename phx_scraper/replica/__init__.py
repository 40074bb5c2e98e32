"""Local stand-ins for the sources: a repeatable server for any address, and the expected result of a collection."""

from __future__ import annotations

from phx_scraper.replica.options import Options
from phx_scraper.replica.running import Replica, running
from phx_scraper.replica.server import serve
from phx_scraper.replica.truth import truth

__all__ = ["Options", "Replica", "running", "serve", "truth"]
