"""How moments of today, of another day and of another year are written for a person."""

from __future__ import annotations

# An hour from now is another day once in 24 times that a test runs.
MOMENT = r"(?:\d{1,2} [A-Z][a-z]{2} (?:\d{4} )?)?\d\d:\d\d"
