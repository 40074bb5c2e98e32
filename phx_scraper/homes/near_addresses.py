"""Addresses that differ by one letter or digit, as a typing error makes them, found without comparing all with all.

Two such addresses are equal but for one word. So each word is left out in turn, and only words that stand at the same
place of otherwise equal addresses are compared: those that become equal once a character of each is left out (the
deletion neighbourhood, Bocek, Hunt and Stiller, "Fast similarity search in large dictionaries", 2007).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

Members = list[tuple[int, str]]
"""Numbers of addresses, each with the word at the place that is left out."""
Pair = tuple[int, int]


def near_addresses(addresses: Iterable[str], doubtful: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """Pairs that are one typing error apart: a letter or digit other, more or less, or two neighbours swapped.

    With `doubtful` only pairs with at least one of these: homes in a row have many neighbours that are as near. Each
    pair once, in the order of the addresses, which are in canonical form.
    """
    listed = list(dict.fromkeys(addresses))
    words = [tuple(address.lower().replace(",", "").split()) for address in listed]
    wanted = None if doubtful is None else {number for number, address in enumerate(listed) if address in doubtful}
    if wanted is not None and not wanted:
        return
    found = set(_with_a_letter_more(words))
    for group in _groups(words).values():
        if len(group) > 1:
            found.update(_near(group, wanted))
    for one, other in sorted(found):
        if wanted is None or one in wanted or other in wanted:
            yield listed[one], listed[other]


def are_neighbours(one: str, other: str) -> bool:
    """Whether two near addresses differ as homes side by side do: by number, unit, numbered street or direction."""
    a, b = (address.lower().replace(",", "").split() for address in (one, other))
    if len(a) != len(b):
        return True  # A direction more.
    place = next(number for number, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)
    is_zip = place == len(a) - 1
    return not is_zip and (len(a[place]) == 1 or a[place][0].isdigit())


def _groups(words: list[tuple[str, ...]]) -> dict[tuple[str, ...], Members]:
    """Addresses by what they are without one word; the place of that word stays marked."""
    groups: dict[tuple[str, ...], Members] = {}
    for number, parts in enumerate(words):
        for place, word in enumerate(parts):
            groups.setdefault((*parts[:place], "", *parts[place + 1 :]), []).append((number, word))
    return groups


def _with_a_letter_more(words: list[tuple[str, ...]]) -> Iterator[Pair]:
    """Pairs of which one has a word of one letter that the other lacks, mostly a direction."""
    numbers = {parts: number for number, parts in enumerate(words)}
    for number, parts in enumerate(words):
        for place, word in enumerate(parts):
            if len(word) == 1:
                other = numbers.get(parts[:place] + parts[place + 1 :])
                if other is not None:
                    yield min(number, other), max(number, other)


def _near(group: Members, wanted: Collection[int] | None) -> Iterator[Pair]:
    if wanted is not None and not any(number in wanted for number, _ in group):
        return
    meeting: dict[str, Members] = {}
    for number, word in group:
        for shorter in {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}:
            meeting.setdefault(shorter, []).append((number, word))
    for members in meeting.values():
        for (one, word), (other, another) in combinations(members, 2):
            if (wanted is None or one in wanted or other in wanted) and _is_one_error(word, another):
                yield one, other


def _is_one_error(a: str, b: str) -> bool:
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start = next((place for place, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    if not (rest_a[:1] + rest_b[:1]).isalnum():
        return False
    if len(a) != len(b):
        return rest_a[1:] == rest_b if len(a) > len(b) else rest_b[1:] == rest_a
    return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
