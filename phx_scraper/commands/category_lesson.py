"""What came of `scrapy categorise --learn`."""

from __future__ import annotations

from typing import Any

from phx_scraper.imaging.categories.heads_learning import Lesson

NEXT = "scrapy categorise says anew what pictures show."


def lesson_document(lesson: Lesson) -> dict[str, Any]:
    """For programs."""
    rows = [{"is": one, "said": said, "pictures": number} for (one, said), number in sorted(lesson.confusion.items())]
    shares = {"right": lesson.right, "precision": lesson.precision, "table_right": lesson.table_right}
    return {"kept": lesson.heads is not None, "sentence": lesson.sentence, **shares, "confusion": rows}


def lesson_text(lesson: Lesson) -> str:
    """For people: the sentence, then each subject with what it was taken for."""
    lines = [lesson.sentence]
    for label in sorted({one for one, _ in lesson.confusion}):
        said = {taken: number for (one, taken), number in lesson.confusion.items() if one == label}
        told = ", ".join(
            f"{taken} {number}" for taken, number in sorted(said.items(), key=lambda one: (-one[1], one[0]))
        )
        lines.append(f"  {label} ({sum(said.values())}): {told}")
    return "\n".join([*lines, *([NEXT] if lesson.heads else []), ""])
