"""How a visit ends."""

from __future__ import annotations

OUTCOMES = ("pending", "ok", "empty", "not_found", "blocked", "error")
"""How a visit stands; every one but `pending` is an ending."""
