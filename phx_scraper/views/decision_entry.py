"""A person's decision as the JSON files show it."""

from __future__ import annotations

from typing import Any

from phx_scraper.model.photo_decision import DecisionAcross, PhotoDecision
from phx_scraper.views.documents import timestamp


def decision_entry(decision: PhotoDecision) -> dict[str, Any]:
    """Its verdict, when it was said, and the pictures as they were then: enough to know it again from the file."""
    pictures = [each._asdict() for each in (decision.one, decision.other) if each is not None]
    return {"verdict": decision.verdict, "said_at": timestamp(decision.said_at), "pictures": pictures}


def across_entry(decision: DecisionAcross) -> dict[str, Any]:
    """The same of a decision with a picture of another home, which is named by its label."""
    pictures = [each._asdict() for each in (decision.one, decision.other)]
    said = {"verdict": decision.verdict, "said_at": timestamp(decision.said_at)}
    return {**said, "other_home": decision.other_home, "pictures": pictures}
