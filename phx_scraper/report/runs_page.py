"""`report/runs.html`: the newest runs, what they did and how the sources answered, as charts and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phx_scraper.report.home_facts import by_priority
from phx_scraper.report.page import render
from phx_scraper.report.page_files import write_page
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.report.runs_page_charts import run_charts, source_charts, total
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.run_details import KEPT_RUNS
from phx_scraper.storage.catalogue.run_figures import RunFigures, newest_runs
from phx_scraper.views.human_text import span

RUNS = "report/runs.html"


def write_runs_page(catalogue: Catalogue, files: ReportFiles, changed: Sequence[str]) -> list[str]:
    """Write the page, whichever homes changed; returns its place where it changed."""
    with catalogue.reading() as tx:
        figures = newest_runs(tx)
    sources = by_priority(sorted({source for one in figures for source in one.sources}))
    page = render(
        "runs.html.j2",
        place=RUNS,
        title="Runs",
        styles=("charts.css",),
        most=KEPT_RUNS,
        runs=[_row(one) for one in reversed(figures)],
        charts=run_charts(figures) if figures else [],
        sources=[(source, source_charts(source, figures)) for source in sources],
    )
    return write_page(files, RUNS, page)


def _row(one: RunFigures) -> dict[str, Any]:
    """A run's line in the table of all."""
    return {
        "run_id": one.run.run_id,
        "spider": one.run.spider,
        "started_at": one.run.started_at,
        "mode": one.mode,
        "ending": one.run.ending or "has not ended",
        "took": span(one.duration) if one.duration else "",
        "visits": total(one, lambda source: sum(source.outcomes.values())),
        "photos": total(one, lambda source: source.photos),
        "requests": total(one, lambda source: source.asked),
        "refused": total(one, lambda source: source.refused),
        "megabytes": round(total(one, lambda source: source.photo_bytes + source.page_bytes) / 1e6, 1),
    }
