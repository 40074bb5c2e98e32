"""A program that keeps its state in one JSON file: rewritten, as a temporary file that is renamed, for each photo."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

from bench.measure import cpu_milliseconds


def cost(path: Path, size: int, times: int) -> float:
    """Median CPU milliseconds of one rewrite with `size` photos in the file, which is removed afterwards."""
    records = {f"{number:08x}": _record(number) for number in range(size)}
    beside = path.with_suffix(".new")

    def rewrite() -> None:
        with beside.open("w", encoding="utf-8") as file:
            json.dump(records, file)
        beside.replace(path)

    found = median(cpu_milliseconds(rewrite) for _ in range(times))
    path.unlink()
    return found


def _record(number: int) -> dict[str, object]:
    name = f"{number:064x}"
    return {
        "url": f"https://photos.zillowstatic.com/fp/{number}.jpg",
        "raw_sha256": name,
        "phash": name[-16:],
        "dhash": name[-16:],
        "source": "zillow",
        "local_path": f"processed/{name[:2]}/{name}.png",
        "width": 1024,
        "height": 683,
        "file_size_bytes": 1_000_000,
        "downloaded_at": "2026-01-01T00:00:00Z",
    }
