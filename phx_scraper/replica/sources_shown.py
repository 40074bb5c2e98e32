"""The sources that the replica stands in for; a further one is one line here and a package beside."""

from __future__ import annotations

from types import ModuleType

from phx_scraper.replica import zillow

SHOWN: dict[str, ModuleType] = {"zillow": zillow}
