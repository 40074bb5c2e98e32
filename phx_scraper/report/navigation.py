"""The pages that every page leads to: place in the store and name. Each writer adds its own."""

from __future__ import annotations

INDEX = "report/index.html"

NAVIGATION: tuple[tuple[str, str], ...] = (
    (INDEX, "Homes"),
    ("report/duplicates-1.html", "At several homes"),
    ("report/review.html", "To review"),
    ("report/runs.html", "Runs"),
)
