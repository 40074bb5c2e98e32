"""What `scrapy categorise --learn` tells: what was learned, how good it is, and what is taken for what."""

from __future__ import annotations

from typing import Any

from phx_scraper.imaging.categories.heads_learning import Lesson
from phx_scraper.views.human_text import counted


def lesson_document(lesson: Lesson) -> dict[str, Any]:
    """Figures for programs; shares are 0 to 1, of pictures of homes that were not learned from."""
    return {
        "learned": lesson.heads is not None,
        "reason": lesson.reason,
        "right": round(lesson.right, 4),
        "right_without": round(lesson.table_right, 4),
        "accepted_right": round(lesson.precision, 4),
        "confusion": [
            {"label": label, "said": said, "pictures": number}
            for (label, said), number in sorted(lesson.confusion.items())
        ],
    }


def lesson_text(lesson: Lesson) -> str:
    """Sentences for people, and a line for each label."""
    if lesson.heads is None:
        return f"{lesson.reason}\n"
    taught = sum(lesson.heads.counts.values())
    lines = [
        f"Learned from {counted(taught, 'picture')}; of homes not learned from, {lesson.right:.0%} are said rightly "
        f"({lesson.table_right:.0%} without learning), and {lesson.precision:.0%} of those that are said for sure."
    ]
    for label, number in sorted(lesson.heads.counts.items()):
        taken = {said: found for (known, said), found in lesson.confusion.items() if known == label}
        said = ", ".join(f"{found} {name}" for name, found in sorted(taken.items(), key=lambda one: (-one[1], one[0])))
        lines.append(f"  {label} ({number}): {said}")
    return "\n".join(lines) + "\n"
