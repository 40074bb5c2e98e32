"""One run in full, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from phx_scraper.views.human_text import counted, span

Found = Mapping[str, Any]
_MEGABYTE = 2**20


def run_text(found: Found) -> str:
    """When and how it ran, what came of it at each source, how long what took, and what it met."""
    lines = [*_head(found), *_sources(found), *_changes(found), *_made_of(found), *_trouble(found)]
    return "".join(f"{line}\n" for line in lines)


def _head(found: Found) -> Iterator[str]:
    took = "" if found["duration_seconds"] is None else f" in {span(found['duration_seconds'])}"
    mode = f" ({found['mode']})" if found["mode"] else ""
    yield f"run {found['run_id']} of {found['spider']}{mode}: {found['ending'] or 'not ended'}{took}"
    yield f"started   {found['started_at']}"
    if found["arguments"]:
        yield f"asked for {_pairs(found['arguments'])}"


def _sources(found: Found) -> Iterator[str]:
    for source in sorted({*found["sources"], *found["asked"]}):
        visits = found["sources"].get(source, {}).get("visits", {})
        yield f"{source}: {_counts(visits) or 'no visit ended'}{_asked(found['asked'].get(source))}"


def _asked(asked: Found | None) -> str:
    if not asked:
        return ""
    bytes_told = f"{(asked['page_bytes'] + asked['photo_bytes']) / _MEGABYTE:.1f} MB"
    parts = [counted(asked["requests"], "request"), bytes_told]
    parts += [f"{asked['refusal_rate']:.0%} refused"] if asked["refusal_rate"] else []
    met = f"a CAPTCHA at {asked['homes_with_captcha']} of {counted(asked['homes_asked'], 'home')}"
    return "; " + ", ".join([*parts, *([met] if asked["homes_with_captcha"] else [])])


def _changes(found: Found) -> Iterator[str]:
    total: dict[str, int] = {}
    for sources in found["homes"].values():
        for visit in sources.values():
            for name, number in visit["changes"].items():
                total[name] = total.get(name, 0) + number
    if total:
        yield f"photos: {_counts(dict(sorted(total.items())))}"


def _made_of(found: Found) -> Iterator[str]:
    for name in ("seconds", "settings", "versions"):
        flat = {key: value for key, value in found[name].items() if not isinstance(value, dict)}
        if flat:
            yield f"{name}: {_pairs(flat)}"
        for key, value in found[name].items():
            if isinstance(value, dict) and value:
                yield f"{name} {key.replace('_', ' ')}: {_pairs(value)}"


def _trouble(found: Found) -> Iterator[str]:
    for one in found["errors"]:
        reason = f" ({one['reason']})" if one["reason"] else ""
        yield f"{one['address']} at {one['source']}: {one['outcome']}{reason}"


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items())


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())
