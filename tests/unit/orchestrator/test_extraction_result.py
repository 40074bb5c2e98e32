"""The report of an extraction: rates, JSON, text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from phx_scraper import ExtractionResult, FailedVisit, SourceStats

BEGUN = datetime(2026, 11, 27, 6, tzinfo=UTC)
RESULT = ExtractionResult(
    total_properties=8,
    properties_completed=4,
    properties_failed=2,
    properties_skipped=2,
    total_images=12,
    unique_images=9,
    duplicate_images=3,
    failed_downloads=1,
    by_source={"zillow": SourceStats(6, 2, 14, 12, 1, 3)},
    start_time=BEGUN,
    end_time=BEGUN + timedelta(seconds=90),
)


def test_success_counts_what_is_completed_or_needed_nothing() -> None:
    assert RESULT.success_rate == 75.0
    assert ExtractionResult(0, 0, 0, 0, 0, 0, 0, 0).success_rate == 100.0


def test_it_is_json_with_times_and_rates() -> None:
    shown = json.loads(json.dumps(RESULT.to_dict()))
    assert shown["duration_seconds"] == 90.0
    assert shown["success_rate"] == 75.0
    assert shown["start_time"] == "2026-11-27T06:00:00+00:00"
    assert shown["by_source"]["zillow"]["images_found"] == 14


def test_its_text_names_every_count() -> None:
    text = str(RESULT)
    assert "8 (4 completed, 2 failed, 2 skipped)" in text
    assert "12 (9 unique, 3 duplicates, 1 failed)" in text
    assert "75.0%" in text
    assert "zillow: 6 properties (2 failed), 12 of 14 images, 3 duplicates" in text


def test_it_says_why_a_property_failed_and_not_of_all_at_length() -> None:
    failed = [FailedVisit(f"{number} W Davis Rd", "zillow", "blocked", "captcha") for number in range(1, 8)]
    text = str(replace(RESULT, failed_visits=tuple(failed)))
    assert "1 W Davis Rd: zillow blocked (captcha)" in text
    assert text.endswith("5 W Davis Rd: zillow blocked (captcha)\n  and 2 more: see failed_visits")
    one = replace(RESULT, failed_visits=(FailedVisit("1 W Davis Rd", "zillow", "pending", ""),))
    assert str(one).endswith("1 W Davis Rd: zillow pending")
    assert one.to_dict()["failed_visits"] == [
        {"property_address": "1 W Davis Rd", "source": "zillow", "outcome": "pending", "reason": ""}
    ]
