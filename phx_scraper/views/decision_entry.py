"""A person's decision as the JSON files show it."""

from __future__ import annotations

from typing import Any

from phx_scraper.model.photo_decision import PhotoDecision
from phx_scraper.views.documents import timestamp


def decision_entry(decision: PhotoDecision) -> dict[str, Any]:
    """Its verdict, when it was said, and the pictures as they were then: enough to know it again from the file."""
    pictures = [each._asdict() for each in (decision.one, decision.other) if each is not None]
    return {"verdict": decision.verdict, "said_at": timestamp(decision.said_at), "pictures": pictures}
