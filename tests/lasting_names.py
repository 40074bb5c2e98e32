"""Names of categorised pictures without what the day of a run gave them, so that runs of two days compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from phx_scraper.storage.files.categorised_names import FOLDER, CategorisedName, parse

_SOME_DAY = "00000000"


def lasting_names(digests: Mapping[str, str], listing_days: Collection[str]) -> dict[str, str]:
    """Digests by path, where a name's day (YYYYMMDD) that is of no listing, hence of a run, is always the same one.

    Such names are numbered by their digests: which of them share a day, and with it a row of numbers, depends on runs.
    """
    renamed: dict[str, str] = {}
    numbers = Counter[CategorisedName]()
    for path, digest in sorted(digests.items(), key=lambda item: item[1]):
        name = parse(PurePosixPath(path).name) if path.startswith(f"{FOLDER}/") else None
        if name is None or name.day in listing_days:
            renamed[path] = digest
            continue
        same = replace(name, day=_SOME_DAY, number=1)
        numbers[same] += 1
        renamed[replace(same, number=numbers[same]).path] = digest
    return renamed
