"""The vocabulary of subjects, which views share: it lives in `model`."""

from __future__ import annotations

from phx_scraper.model.subjects import LOCATIONS, SUBJECTS

__all__ = ["LOCATIONS", "SUBJECTS"]
