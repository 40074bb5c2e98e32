"""`scrapy status` shows evidence that refuses nothing but that a person should look at."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from scrapy.cmdline import execute

from phx_scraper.views import write_all
from tests.unit.storage.test_cross_check import ONE_NUMBER, PLACES, collected


def status(folder: Path, *more: str) -> str:
    """What the command prints of a data folder."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.suppress(SystemExit):
        execute(["scrapy", "status", *more, "-s", f"IMAGES_STORE={folder}"])
    return told.getvalue()


def test_pins_that_are_apart_are_shown_with_their_distance(tmp_path: Path) -> None:
    catalogue, _, _ = collected(tmp_path, tuple(PLACES), numbers=ONE_NUMBER)
    catalogue.close()
    lines = {line.split()[0]: line for line in status(tmp_path).splitlines() if line.startswith("  ")}
    expected = "(to review: pin 11119 m from phoenix_mls's; pin 11119 m from redfin's)"
    assert lines["zillow"].endswith(expected)
    assert lines["redfin"].endswith("(to review: pin 11119 m from zillow's)")
    rows = {row["source"]: row for row in json.loads(status(tmp_path, "--json"))["visits"]}
    assert rows["phoenix_mls"]["review"] == ["pin 11119 m from zillow's"]
    assert rows["phoenix_mls"]["outcome"] == "ok"


def test_the_manifest_keeps_the_distance_as_evidence(tmp_path: Path) -> None:
    catalogue, files, _ = collected(tmp_path, tuple(PLACES), numbers=ONE_NUMBER)
    write_all(catalogue, files)
    catalogue.close()
    photos = json.loads((tmp_path / "metadata" / "image_manifest.json").read_text(encoding="utf-8"))
    told = {piece["found"] for piece in evidence_in(photos) if piece["kind"] == "pin_apart@redfin"}
    assert told == {"33.70000, -112.15000, 11119 m"}


def evidence_in(value: Any) -> list[dict[str, str]]:
    """All evidence in a JSON document, wherever it stands."""
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    own = value.get("evidence", []) if isinstance(value, dict) else []
    return [*own, *(piece for child in children for piece in evidence_in(child))]


def test_homes_whose_pins_agree_have_nothing_to_review(tmp_path: Path) -> None:
    here = dict.fromkeys(PLACES, PLACES["redfin"])
    catalogue, _, _ = collected(tmp_path, tuple(PLACES), here)
    catalogue.close()
    assert "to review" not in status(tmp_path)
    assert {tuple(row["review"]) for row in json.loads(status(tmp_path, "--json"))["visits"]} == {()}
