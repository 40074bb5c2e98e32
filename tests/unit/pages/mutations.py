"""Seeded damage to JSON trees and to texts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

ODD_VALUES = (
    None,
    True,
    0,
    -1,
    10**30,
    1e308,
    float("nan"),
    "",
    "\ud800\x00",
    "x" * 5000,
    [],
    {},
    [None],
    {"url": 7},
    [[]],
    "http://[",
)


def mutated_tree(chance: random.Random, tree: Any) -> Any:
    """A copy with one to four values deleted, retyped or repeated at random places."""
    copy = json.loads(json.dumps(tree))
    for _ in range(chance.randint(1, 4)):
        holders = list(containers(copy))
        if not holders:
            return copy
        holder = chance.choice(holders)
        place = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if chance.random() < 0.4:
            del holder[place]
        else:
            odd = chance.choice((*ODD_VALUES, str(holder[place])[:50], [holder[place], holder[place]]))
            holder[place] = json.loads(json.dumps(odd))
    return copy


def containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        if value:
            yield value
        for child in value.values() if isinstance(value, dict) else value:
            yield from containers(child)


def mutated_text(chance: random.Random, text: bytes) -> bytes:
    """Cut, bytes overwritten, a slice repeated, or a slice dropped."""
    start = chance.randrange(len(text))
    end = min(len(text), start + chance.randint(1, 400))
    kind = chance.randrange(5)
    if kind == 0:
        return text[:start]
    if kind == 1:
        return text[:start] + bytes(chance.randrange(256) for _ in range(8)) + text[start + 8 :]
    if kind == 2:
        return text[:start] + text[start:end] * chance.randint(2, 30) + text[end:]
    if kind == 3:
        return (
            text[:start]
            + chance.choice((b"<", b">", b'"', b"'", b"</script>", b"\x00", b"&#0;", b"<!--"))
            + text[start:]
        )
    return text[:start] + text[end:]
