"""The real captures by the table that describes them: their bodies, addresses and the statuses of live sites."""

from __future__ import annotations

import csv
import json
import re
from datetime import date

from phx_scraper import pages
from tests.captures import CAPTURES

from .page_shells import zillow_page

HOME_URLS = {
    "zillow": "https://www.zillow.com/homedetails/661-Lakeview-Ave-San-Francisco-CA-94112/15192198_zpid/",
    "redfin": "https://www.redfin.com/AZ/Phoenix/1-W-Any-St-85001/home/1",
    "phoenix_mls": "https://phoenixmlssearch.com/mls/5219-W-EL-CAMINITO-Drive-Glendale-AZ-85302-mls_6937912/",
    "maricopa_assessor": "https://mcassessor.maricopa.gov/parcel/14183749/sketches/",
}
FOLDERS = {"zillow": "zillow", "redfin": "redfin", "phoenixmls": "phoenix_mls", "maricopa": "maricopa_assessor"}


def rows() -> list[dict[str, str]]:
    """The lines of INDEX.tsv about the four sources."""
    if not CAPTURES.is_dir():
        return []
    with (CAPTURES / "INDEX.tsv").open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines, delimiter="\t"))
    return [row for row in found if row["file"].split("/")[0] in FOLDERS]


def index() -> dict[str, str]:
    """File -> expected number of distinct photos."""
    return {row["file"]: row["distinct_photos_expected"] for row in rows()}


def live_status(row: dict[str, str]) -> int:
    """The status that the site gave, by the kind that INDEX.tsv names, else by the file's name; 200 where none does."""
    if "not-found page" in row["kind"]:
        return 404
    named = re.search(r"\b(403|404|429)\b", row["kind"]) or re.search(r"-(403|404|429)-", row["file"])
    return int(named[1]) if named else 200


def answers() -> list[tuple[str, int]]:
    """(file, status) of every capture, as its site served it and as a page that was saved or rendered."""
    return sorted({(row["file"], status) for row in rows() for status in (200, live_status(row))})


def body_of(name: str) -> bytes:
    body = (CAPTURES / name).read_bytes()
    return zillow_page(json.loads(body)) if name.startswith("zillow/property-") else body


def url_of(name: str) -> str:
    """The address that INDEX.tsv names, else one of the source's form."""
    notes = next((row["notes"] or "" for row in rows() if row["file"] == name), "")
    named = re.search(r"\bURL (https://\S+)", notes)
    return named[1] if named else HOME_URLS[FOLDERS[name.split("/", maxsplit=1)[0]]]


def read(name: str, status: int = 200, day: date | None = None) -> pages.Listing:
    return pages.read(FOLDERS[name.split("/", maxsplit=1)[0]], url_of(name), body_of(name), status, day)
