"""The difference of two runs as lines for people, home by home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from phx_scraper.views.human_text import counted

Found = dict[str, Any]
_LONGEST = 60


def difference_text(found: Found) -> str:
    """A line with the counts, then the homes that changed with what changed of each."""
    lines = [*_head(found), *_list(found), *_details(found)]
    return "".join(f"{line}\n" for line in lines)


def _head(found: Found) -> Iterator[str]:
    old, new = (f"{run['run_id']} ({run['started_at']}, {run['ending'] or 'not ended'})" for run in _runs(found))
    yield f"From run {old} to run {new}:"
    homes, photos, listings = found["homes"], found["photos"], found["listings"]
    counts = [
        f"{len(homes['new'])} new on the list" if homes["new"] else "",
        f"{len(homes['removed'])} no longer on it" if homes["removed"] else "",
        *(f"{counted(len(entries), f'{name} photo')}" for name, entries in photos.items() if entries),
        counted(len(listings["new"]), "new listing") if listings["new"] else "",
        counted(len(listings["changed"]), "changed fact") if listings["changed"] else "",
    ]
    told = ", ".join(filter(None, counts))
    yield f"{counted(len(homes['changed']), 'home')} changed; {told}." if told else "nothing changed."
    if homes["new"] is None:
        yield "Which homes came to the list or left it is not known: an earlier version made one of the runs."


def _runs(found: Found) -> tuple[Found, Found]:
    return found["from"], found["to"]


def _list(found: Found) -> Iterator[str]:
    for name, told in (("new", "new on the list"), ("removed", "no longer on the list")):
        for address in found["homes"][name] or ():
            yield f"{address}: {told}"


def _details(found: Found) -> Iterator[str]:
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for entry in found["listings"]["new"]:
        lines[entry["address"]].append(f"{entry['source']}: new listing{_told(entry['facts'])}")
    for entry in found["listings"]["changed"]:
        lines[entry["address"]].append(
            f"{entry['source']}: {entry['fact']} {_value(entry['old'])} -> {_value(entry['new'])}"
        )
    for name, entries in found["photos"].items():
        for entry in entries:
            lines[entry["address"]].append(_photo(name, entry))
    for address in sorted(lines):
        yield address
        yield from (f"  {line}" for line in sorted(lines[address]))


def _told(facts: Found) -> str:
    told = [f"{name} {_value(facts[name])}" for name in ("status", "price") if name in facts]
    return f" ({', '.join(told)})" if told else ""


def _photo(change: str, entry: Found) -> str:
    again = " again" if entry["again"] else ""
    where = entry["local_path"] or entry["image_id"]
    return f"{entry['source']}: photo {entry['position']} {change}{again} ({_plain(where)})"


def _value(value: Any) -> str:
    if value is None:
        return "(not told)"
    whole = isinstance(value, float) and value.is_integer()
    return _plain(f"{int(value)}" if whole else f"{value}")


def _plain(text: str) -> str:
    """What a page says may hold anything: a terminal gets it in one line, without control characters."""
    shown = "".join(one if one.isprintable() else " " for one in text)
    return shown if len(shown) <= _LONGEST * 2 else f"{shown[:_LONGEST]}…"
