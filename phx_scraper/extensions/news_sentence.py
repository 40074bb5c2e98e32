"""What has changed since the last run, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from phx_scraper.extensions.run_summary import Summary
from phx_scraper.views.human_text import counted


def news(summary: Summary) -> Iterator[str]:
    """New, changed and dropped photos, those of first visits told apart; nothing where no earlier run finished one."""
    if not summary.known_visits:
        return
    told = [
        (summary.new_photos, counted(summary.new_photos, "new photo")),
        (summary.first_photos, f"{counted(summary.first_photos, 'photo')} of visits that were not finished before"),
        (summary.changed_photos, f"{counted(summary.changed_photos, 'photo')} with another picture than before"),
        (summary.gone_photos, f"{counted(summary.gone_photos, 'photo')} no longer shown, and kept"),
    ]
    looked_at = sum(1 for visit in summary.visits if visit.run_id == summary.run_id)
    if any(number for number, _ in told):
        yield f"Since last time: {'; '.join(words for number, words in told if number)}."
    elif looked_at:
        yield f"Nothing new since last time: {counted(looked_at, 'visit')} looked at, no photo more or less."
    else:
        yield "Nothing new since last time: no visit was due (-a refresh_days=0 looks at all of them again)."
