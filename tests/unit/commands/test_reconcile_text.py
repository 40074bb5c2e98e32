"""A lost folder has a repair for every file: people are told of the first few, programs of all."""

from __future__ import annotations

import json

from phx_scraper.commands.reconcile_text import SHOWN_PER_KIND, json_of, text_of
from phx_scraper.reconcile.report import Problem, Report


def test_repairs_are_cut_as_problems_are() -> None:
    names = [f"categorised/int/kitchen/{number}.png" for number in range(240)]
    found = [Problem("stale_view", name, "is gone") for name in names]
    done = ["orphan raw/a.jpg: moved to quarantine/raw/a.jpg", *(f"stale_view {name}: written anew" for name in names)]
    lines = text_of(Report(found), done, [], None).splitlines()
    told = [line for line in lines if line.startswith("repaired: ")]
    assert told[0] == "repaired: orphan raw/a.jpg: moved to quarantine/raw/a.jpg"
    assert len(told) == 1 + SHOWN_PER_KIND + 1
    assert told[-1] == "repaired: stale_view: 220 more (--json names all)"
    assert len(lines) < 60
    assert json.loads(json_of(Report(found), done, [], None))["repaired"] == done
