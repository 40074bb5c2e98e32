"""The checks of a whole crawl: what they find stands in the run's record, under the codes of the table."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from phx_scraper.model.checks import CHECKS
from phx_scraper.replica import Options, running
from tests.integration import crawls

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
ROWS = (HOME, "4732 West Davis Road, Glendale, Arizona 85306", "nowhere at all")


def test_what_the_checks_find_stands_in_the_record_of_the_run(tmp_path: Path) -> None:
    store, listed = tmp_path / "store", tmp_path / "homes.csv"
    listed.write_text("full_address\n" + "".join(f'"{row}"\n' for row in ROWS), encoding="utf-8")
    arguments = {"addresses": listed, "sources": "zillow"}
    with running(Options(photos=(3, 3), width=384, only=("overclaim",))) as replica:
        assert crawls.crawl("all", store, replica.url, **arguments).code == 0
        picture = next((store / "processed").rglob("*.png"))
        spoil(picture)
        assert crawls.crawl("all", store, replica.url, force=1, **arguments).code == 0
    first, second = (record["totals"] for record in records(store))
    found = {(one["code"], one["subject"]): one["detail"] for one in first["checks"]["findings"]}
    assert found["B03", HOME] == "rows 2, 3"
    assert ("B02", "row 4") in found
    assert found["A11", f"{HOME} at zillow"].startswith("3 of ")
    assert first["quality"]["homes"] == {HOME: first["quality"]["all"]}
    assert 0 < first["quality"]["all"] < 1
    assert first["checks"]["counts"] == {"B02": 1, "B03": 1, "A11": 1}
    damaged = [one["subject"] for one in second["checks"]["findings"] if one["check"] == "damaged_file"]
    assert damaged == [picture.relative_to(store).as_posix()]
    assert second["checks"]["counts"][CHECKS["damaged_file"].code] == 1
    assert crawls.scrapy("reconcile", store, "--read-data").code == 0


def test_a_link_out_of_the_store_stops_the_run_and_stands_in_its_record(tmp_path: Path) -> None:
    store, elsewhere = tmp_path / "store", tmp_path / "elsewhere"
    store.mkdir()
    elsewhere.mkdir()
    (store / "processed").symlink_to(elsewhere)
    with running(Options(photos=(1, 1), width=384, kinds=frozenset())) as replica:
        assert crawls.crawl("all", store, replica.url, address=HOME, sources="zillow").code == 3
    (record,) = records(store)
    (unsafe,) = record["totals"]["checks"]["findings"]
    assert (unsafe["code"], unsafe["severity"]) == ("D06", "error")
    assert "passes the symbolic link" in unsafe["subject"]
    assert list(elsewhere.iterdir()) == []


def spoil(path: Path) -> None:
    """Change a byte under each of the file's names; its size and time stay."""
    data, status = bytearray(path.read_bytes()), path.stat()
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def records(store: Path) -> list[dict[str, Any]]:
    found = [json.loads(path.read_text(encoding="utf-8")) for path in (store / "metadata" / "runs").glob("run_*.json")]
    return sorted(found, key=lambda record: str(record["started_at"]))
