"""Signals of a run, sent through the crawler's signal manager."""

from __future__ import annotations

run_begun = object()
"""The homes and visits are registered: `crawl`, `known` (visits as they stood before)."""

visit_ended = object()
"""One home at one source has ended or was given back: `crawl`, `visit`, `ending`."""

run_ended = object()
"""Views are written and the catalogue is about to close: `crawl`, `summary`."""
