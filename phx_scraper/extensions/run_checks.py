"""What the checks found in one run, for its record: of the list, of its visits, of the files that it wrote."""

from __future__ import annotations

from typing import Any

from phx_scraper.homes.list_checks import list_findings
from phx_scraper.model.checks import CHECKS, as_json, counts_by_check
from phx_scraper.model.claims import quality
from phx_scraper.model.visit_checks import findings_of, quality_of_homes
from phx_scraper.run.context import RunContext
from phx_scraper.storage.catalogue.checked_visits import checked_visits

MOST_FINDINGS = 1000
"""Findings that a record names; it counts all of them."""


def run_checks(crawl: RunContext) -> dict[str, Any]:
    """`quality` of the run's homes, and `checks`: what each found, and how often. In the catalogue's thread."""
    with crawl.catalogue.reading() as tx:
        visits = checked_visits(tx, crawl.property_hashes, crawl.job.sources)
    found = [
        *list_findings(crawl.job.homes, crawl.job.row_errors),
        *(finding for one in visits for finding in findings_of(one)),
        *sorted(crawl.findings),
    ]
    counts = {CHECKS[name].code: number for name, number in counts_by_check(one.check for one in found).items()}
    return {
        "quality": {"all": quality(one.claims_met for one in visits), "homes": quality_of_homes(visits)},
        "checks": {"counts": counts, "findings": as_json(found)[:MOST_FINDINGS]},
    }
