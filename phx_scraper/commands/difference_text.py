"""The difference of two runs as lines for people, home by home."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from phx_scraper.views.human_text import counted

Found = dict[str, Any]
_LONGEST = 120
_HOMES = {"new": "new on the list", "removed": "no longer on it", "changed": "changed"}


def difference_text(found: Found) -> str:
    """A line with the counts, then the homes that changed with what changed of each."""
    lines = [*_head(found), *_list(found), *_details(found)]
    return "".join(f"{line}\n" for line in lines)


def _head(found: Found) -> Iterator[str]:
    old, new = (f"{run['run_id']} ({run['started_at']}, {run['ending'] or 'not ended'})" for run in _runs(found))
    yield f"From run {old} to run {new}:"
    homes, photos, listings = found["homes"], found["photos"], found["listings"]
    counts = [
        *(f"{counted(len(homes[name] or ()), 'home')} {told}" for name, told in _HOMES.items() if homes[name]),
        *(counted(len(entries), f"{name} photo") for name, entries in photos.items() if entries),
        counted(len(listings["new"]), "new listing") if listings["new"] else "",
        counted(len(listings["changed"]), "changed fact") if listings["changed"] else "",
    ]
    yield f"{', '.join(filter(None, counts)) or 'nothing changed'}."
    if homes["new"] is None:
        yield "Which homes came to the list or left it is not known: an earlier version made one of the runs."


def _runs(found: Found) -> tuple[Found, Found]:
    return found["from"], found["to"]


def _list(found: Found) -> Iterator[str]:
    for name in ("new", "removed"):
        for address in found["homes"][name] or ():
            yield f"{address}: {_HOMES[name]}"


def _details(found: Found) -> Iterator[str]:
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for entry, number in _new_listings(found):
        shown = f", {counted(number, 'photo')}" if number else ""
        lines[entry["address"]].append(f"{entry['source']}: new listing{_told(entry['facts'])}{shown}")
    for entry in found["listings"]["changed"]:
        change = f"{entry['fact']} {_value(entry['old'])} -> {_value(entry['new'])}"
        lines[entry["address"]].append(f"{entry['source']}: {change}")
    for entry in _photos(found):
        lines[entry["address"]].append(_photo(entry))
    for address in sorted(lines):
        yield address
        yield from (f"  {line}" for line in lines[address])


def _new_listings(found: Found) -> Iterator[tuple[Found, int]]:
    """With how many photos each shows."""
    photos = Counter((entry["address"], entry["source"]) for entry in found["photos"]["new"])
    for entry in found["listings"]["new"]:
        yield entry, photos[entry["address"], entry["source"]]


def _photos(found: Found) -> list[Found]:
    """Those that came to listings which were known, changed or went; in the order of their listings."""
    new = {(entry["address"], entry["source"]) for entry in found["listings"]["new"]}
    entries = [entry for part in found["photos"].values() for entry in part]
    known = [entry for entry in entries if (entry["address"], entry["source"]) not in new]
    return sorted(known, key=lambda entry: (entry["source"], entry["position"], entry["image_id"]))


def _told(facts: Found) -> str:
    told = [f"{name} {_value(facts[name])}" for name in ("status", "price") if name in facts]
    return f" ({', '.join(told)})" if told else ""


def _photo(entry: Found) -> str:
    again = " again" if entry["again"] else ""
    where = entry["local_path"] or entry["image_id"]
    return f"{entry['source']}: photo {entry['position']} {entry['change']}{again} ({_plain(where)})"


def _value(value: Any) -> str:
    if value is None:
        return "(not told)"
    whole = isinstance(value, float) and value.is_integer()
    return _plain(f"{int(value)}" if whole else f"{value}")


def _plain(text: str) -> str:
    """What a page says may hold anything: a terminal gets it in one line, without control characters."""
    shown = "".join(one if one.isprintable() else " " for one in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
