"""Pairs of pictures of which a person said whether they are copies: the rule is not asked about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

Pair = tuple[int, int]
"""Places of two pictures in a list of them."""


class JudgedPairs:
    """Who belongs together by a person's word, while pictures are put into groups, the best of each group first.

    Pictures that are copies of one another by it, also by way of others, form a cluster and come into one group.
    `apart` holds without exception; a pair of `together` that would break it has no effect, the later one of two.
    """

    def __init__(self, number: int, together: Sequence[Pair] = (), apart: Iterable[Pair] = ()) -> None:
        self._cluster = list(range(number))
        # By cluster: those that it is apart from.
        self._against: defaultdict[int, set[int]] = defaultdict(set)
        # By cluster the kept picture of its group, and the clusters in the group of a kept picture.
        self._group: dict[int, int] = {}
        self._within: defaultdict[int, set[int]] = defaultdict(set)
        self.looks: defaultdict[int, list[int]] = defaultdict(list)
        """By kept picture: itself, and those of its group that no rule takes for copies: they have copies of theirs."""
        for one, other in apart:
            self._against[one].add(other)
            self._against[other].add(one)
        for one, other in together:
            self._unite(one, other)

    def between(self, kept: int, image: int) -> bool | None:
        """Whether an image is in the group of `kept`: a person's word, None where the rule decides."""
        cluster = self._cluster[image]
        group = self._group.get(cluster)
        if group is not None:
            return group == kept
        return None if self._against[cluster].isdisjoint(self._within[kept]) else False

    def put(self, kept: int, image: int, looks_other: bool) -> None:
        """Note that an image is in the group of `kept`, which may be itself, and whether its looks are new there."""
        if looks_other:
            self.looks[kept].append(image)
        self._group[self._cluster[image]] = kept
        self._within[kept].add(self._cluster[image])

    def _unite(self, one: int, other: int) -> None:
        kept, gone = self._cluster[one], self._cluster[other]
        if kept == gone or gone in self._against[kept]:
            return
        self._cluster = [kept if cluster == gone else cluster for cluster in self._cluster]
        for cluster in self._against.pop(gone, set()):
            self._against[cluster].remove(gone)
            self._against[cluster].add(kept)
            self._against[kept].add(cluster)
