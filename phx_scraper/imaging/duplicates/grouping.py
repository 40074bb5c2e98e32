"""THE place where it is decided which pictures of a home are copies of one another, and which copy is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from phx_scraper.imaging.duplicates.best_copy import ComparableImage, best_first, is_drawing, same_bytes
from phx_scraper.imaging.duplicates.rule import PLAIN, VERIFIED, Rule
from phx_scraper.imaging.duplicates.signature import Signature, read_signature
from phx_scraper.imaging.duplicates.verifier import Relation, Verifier

__all__ = ["PLAIN", "VERIFIED", "ComparableImage", "Duplicate", "Group", "Maybe", "Rule", "best_first", "group"]

AnyImage = TypeVar("AnyImage", bound=ComparableImage)


@dataclass(frozen=True)
class Duplicate(Generic[AnyImage]):
    """A copy: its pHash distance to the kept picture (bits of 64) and its kind.

    `same`: equal bytes; `near`: same picture, processed otherwise; `mirror`: same picture, left and right swapped.
    """

    image: AnyImage
    distance: int
    kind: str


@dataclass(frozen=True)
class Maybe(Generic[AnyImage]):
    """Another kept picture that may be a copy, too uncertain to lose either: for people to judge.

    `measures`: `phash` and `dhash` (distances, bits of 64) and, where the pictures were aligned, those of
    `sameness.Measures`.
    """

    image: AnyImage
    measures: Mapping[str, float]


@dataclass(frozen=True)
class Group(Generic[AnyImage]):
    """One picture: the copy that is kept and the others, best first; `maybe`: kept ones of groups before this one."""

    kept: AnyImage
    duplicates: tuple[Duplicate[AnyImage], ...]
    maybe: tuple[Maybe[AnyImage], ...] = ()


def group(images: Sequence[AnyImage], rule: Rule = VERIFIED) -> list[Group[AnyImage]]:
    """Groups of copies, best kept picture first; each image is in exactly one group, whatever the order of `images`.

    Greedy from the best picture down (`best_first`, a total order): each joins the first kept picture that it
    matches, else is kept itself. So no chain of near copies ties two different pictures together.
    """
    ordered = sorted(images, key=best_first)
    relations = _Relations(ordered, rule)
    groups: dict[int, list[Duplicate[AnyImage]]] = {}
    maybes: dict[int, tuple[Maybe[AnyImage], ...]] = {}
    for number, image in enumerate(ordered):
        uncertain: list[Maybe[AnyImage]] = []
        for kept, duplicates in groups.items():
            relation = relations.between(kept, number)
            if relation.kind:
                distance = hash_distance(ordered[kept].phash, image.phash)
                duplicates.append(Duplicate(image, distance, relation.kind))
                break
            if relation.measures is not None:
                uncertain.append(Maybe(ordered[kept], relation.measures))
        else:
            groups[number], maybes[number] = [], tuple(uncertain)
    return [Group(ordered[kept], tuple(duplicates), maybes[kept]) for kept, duplicates in groups.items()]


def hash_distance(first: str, second: str) -> int:
    """Number of differing bits of two hashes in hexadecimal."""
    return (int(first, 16) ^ int(second, 16)).bit_count()


@dataclass(frozen=True)
class _Tie:
    """`kind`: as in `Duplicate`, or nothing; `measures` where there may be one for all that."""

    kind: str
    measures: Mapping[str, float] | None = None


class _Relations:
    """What ties two of the images, asked for by their numbers."""

    def __init__(self, images: Sequence[ComparableImage], rule: Rule) -> None:
        self._images = images
        self._rule = rule
        signatures = _signatures(images) if rule.name == "verified" else {}
        self._places = {number: place for place, number in enumerate(signatures)}
        self._verifier = Verifier(list(signatures.values()))

    def between(self, first: int, second: int) -> _Tie:
        kept, image = self._images[first], self._images[second]
        if same_bytes(kept, image):
            return _Tie("same")
        if not (_looks_count(kept) and _looks_count(image)):
            return _NONE
        hashes_agree = _plain_match(kept, image, self._rule)
        if first not in self._places or second not in self._places:
            return _Tie("near") if hashes_agree else _NONE
        relation = self._verifier.relation(self._places[first], self._places[second])
        if relation.kind:
            return _Tie(relation.kind)
        if _is_small_copy(kept, image, relation):
            return _Tie("near")
        return _Tie("", _measures(kept, image, relation)) if hashes_agree or relation.measures else _NONE


_NONE = _Tie("")
# Original pixels, longest side, up to which a copy is small; and hash distances of nothing but scaling.
_SMALL, _SCALED_PHASH, _SCALED_DHASH = 512, 4, 2


def _is_small_copy(kept: ComparableImage, image: ComparableImage, relation: Relation) -> bool:
    """A copy of few pixels follows its original less exactly, though its hashes hardly differ."""
    longest = (max(one.original_width, one.original_height) for one in (kept, image))
    return (
        relation.measures is not None
        and relation.measures.one_small_photograph
        and min(longest) <= _SMALL
        and hash_distance(kept.phash, image.phash) <= _SCALED_PHASH
        and hash_distance(kept.dhash, image.dhash) <= _SCALED_DHASH
    )


def _measures(kept: ComparableImage, image: ComparableImage, relation: Relation) -> Mapping[str, float]:
    distances = {"phash": hash_distance(kept.phash, image.phash), "dhash": hash_distance(kept.dhash, image.dhash)}
    return distances | (relation.measures.rounded() if relation.measures else {})


def _signatures(images: Sequence[ComparableImage]) -> dict[int, Signature]:
    read = {number: read_signature(image.signature) for number, image in enumerate(images) if _looks_count(image)}
    return {number: signature for number, signature in read.items() if signature is not None}


def _looks_count(image: ComparableImage) -> bool:
    """False for drawings and washes, which look alike without being copies."""
    return not (is_drawing(image) or image.flat)


def _plain_match(kept: ComparableImage, image: ComparableImage, rule: Rule) -> bool:
    return (
        hash_distance(kept.phash, image.phash) <= rule.distance
        and hash_distance(kept.dhash, image.dhash) <= rule.dhash_distance
    )
