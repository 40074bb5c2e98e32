"""Where the rest of a long list of saved files is to be found."""

from __future__ import annotations

from phx_scraper.extensions.saved_pages_summary import sentences
from phx_scraper.run.saved_visits import UNUSED, FileNote

NOTES = [FileNote(f"{number}.pdf", 0, UNUSED, "", "", "It is a PDF document.") for number in range(5)]


def test_a_run_that_leaves_no_record_does_not_point_to_it() -> None:
    (recorded,), (dry,) = sentences(NOTES), sentences(NOTES, is_recorded=False)
    assert "2 more, all in metadata/runs" in recorded
    assert "2 more, all in scrapy plan --json" in dry
