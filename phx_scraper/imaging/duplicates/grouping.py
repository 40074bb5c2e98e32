"""Decides which pictures of a home are copies of one another, and which copy is kept. Nothing else decides it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from phx_scraper.imaging.duplicates.best_copy import ComparableImage, best_first, is_drawing, same_bytes
from phx_scraper.imaging.duplicates.judged_pairs import JudgedPairs, Pair
from phx_scraper.imaging.duplicates.rule import PLAIN, VERIFIED, Rule
from phx_scraper.imaging.duplicates.signature import Signature, read_signature
from phx_scraper.imaging.duplicates.verifier import Relation, Verifier

__all__ = ["PLAIN", "VERIFIED", "ComparableImage", "Duplicate", "Group", "Maybe", "Rule", "best_first", "group"]

AnyImage = TypeVar("AnyImage", bound=ComparableImage)
BY_PERSON = "person"


@dataclass(frozen=True)
class Duplicate(Generic[AnyImage]):
    """A copy: its pHash distance to the kept picture (bits of 64) and its kind.

    `same`: equal bytes; `near`: same picture, processed otherwise; `mirror`: same picture, left and right swapped;
    `person`: a person said so, and no rule does.
    """

    image: AnyImage
    distance: int
    kind: str


@dataclass(frozen=True)
class Maybe(Generic[AnyImage]):
    """Another kept picture that may be a copy: not certain, so both are kept and a person decides.

    `measures`: `phash` and `dhash` (distances, bits of 64) and, where the pictures were aligned, those of
    `same_photo.Measures`.
    """

    image: AnyImage
    measures: Mapping[str, float]


@dataclass(frozen=True)
class Group(Generic[AnyImage]):
    """One picture: the copy that is kept and the others, best first; `maybe`: kept ones of groups before this one."""

    kept: AnyImage
    duplicates: tuple[Duplicate[AnyImage], ...]
    maybe: tuple[Maybe[AnyImage], ...] = ()


def group(
    images: Sequence[AnyImage], rule: Rule = VERIFIED, together: Sequence[Pair] = (), apart: Iterable[Pair] = ()
) -> list[Group[AnyImage]]:
    """Groups of copies, best kept picture first; each image is in exactly one group, whatever the order of `images`.

    Greedy from the best picture down (`best_first`, a total order): each joins the first kept picture that it
    matches, else is kept itself. So a chain of near copies never puts two different pictures into one group. What a
    person said of pairs, by places in `images`, goes before the rule (`judged_pairs.JudgedPairs`).
    """
    order = sorted(range(len(images)), key=lambda place: best_first(images[place]))
    ordered = [images[place] for place in order]
    relations, judged = _Relations(ordered, rule), _judged(order, together, apart)
    groups: dict[int, list[Duplicate[AnyImage]]] = {}
    maybes: dict[int, tuple[Maybe[AnyImage], ...]] = {}
    for number, image in enumerate(ordered):
        kept, kind, uncertain = _placed(number, groups, relations, judged)
        if kind:
            groups[kept].append(Duplicate(image, hash_distance(ordered[kept].phash, image.phash), kind))
        else:
            groups[number] = []
            maybes[number] = tuple(Maybe(ordered[other], measures) for other, measures in uncertain.items())
    return [Group(ordered[kept], tuple(duplicates), maybes[kept]) for kept, duplicates in groups.items()]


def _placed(
    number: int, groups: Iterable[int], relations: _Relations, judged: JudgedPairs
) -> tuple[int, str, dict[int, Mapping[str, float]]]:
    """The kept picture whose copy this one is, and of which kind; else itself, and those that it may be a copy of."""
    uncertain = {}
    for kept in groups:
        word = judged.between(kept, number)
        if word is False:
            continue
        match = relations.of(judged.looks[kept], number)
        if match.kind or word:
            judged.put(kept, number, looks_other=not match.kind)
            return kept, match.kind or BY_PERSON, {}
        if match.measures is not None:
            uncertain[kept] = match.measures
    judged.put(number, number, looks_other=True)
    return number, "", uncertain


def _judged(order: Sequence[int], together: Sequence[Pair], apart: Iterable[Pair]) -> JudgedPairs:
    """The pairs by their places in the order of copies."""
    ranks = {place: rank for rank, place in enumerate(order)}
    ranked = ([(ranks[one], ranks[other]) for one, other in pairs] for pairs in (together, apart))
    return JudgedPairs(len(order), *ranked)


def hash_distance(first: str, second: str) -> int:
    """Number of differing bits of two hashes in hexadecimal."""
    return (int(first, 16) ^ int(second, 16)).bit_count()


@dataclass(frozen=True)
class _Match:
    """`kind`: as in `Duplicate`, empty for no copy; `measures` where it may be a copy nevertheless."""

    kind: str
    measures: Mapping[str, float] | None = None


class _Relations:
    """Compares the images in pairs, by their numbers."""

    def __init__(self, images: Sequence[ComparableImage], rule: Rule) -> None:
        self._images = images
        self._rule = rule
        signatures = _signatures(images) if rule.name == "verified" else {}
        self._places = {number: place for place, number in enumerate(signatures)}
        self._verifier = Verifier(list(signatures.values()))

    def of(self, looks: Sequence[int], image: int) -> _Match:
        """To pictures of one group that look different: the first of them that it is a copy of, else the kept one."""
        first, *others = (self.between(look, image) for look in looks)
        return next((match for match in (first, *others) if match.kind), first)

    def between(self, first: int, second: int) -> _Match:
        kept, image = self._images[first], self._images[second]
        if same_bytes(kept, image):
            return _Match("same")
        if not (_is_comparable(kept) and _is_comparable(image)):
            return _NO_MATCH
        hashes_agree = _plain_match(kept, image, self._rule)
        if first not in self._places or second not in self._places:
            return _Match("near") if hashes_agree else _NO_MATCH
        relation = self._verifier.relation(self._places[first], self._places[second])
        if relation.kind:
            return _Match(relation.kind)
        if _is_small_copy(kept, image, relation):
            return _Match("near")
        return _Match("", _measures(kept, image, relation)) if hashes_agree or relation.measures else _NO_MATCH


_NO_MATCH = _Match("")
# Longest side of a small copy in original pixels; and the largest hash distances that scaling alone causes.
_SMALL, _SCALED_PHASH, _SCALED_DHASH = 512, 4, 2


def _is_small_copy(kept: ComparableImage, image: ComparableImage, relation: Relation) -> bool:
    """Whether it is a copy of few pixels: less exactly aligned, with nearly equal hashes."""
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
    read = {number: read_signature(image.signature) for number, image in enumerate(images) if _is_comparable(image)}
    return {number: signature for number, signature in read.items() if signature is not None}


def _is_comparable(image: ComparableImage) -> bool:
    """False for drawings and pictures without structure, which are similar without being copies."""
    return not (is_drawing(image) or image.flat)


def _plain_match(kept: ComparableImage, image: ComparableImage, rule: Rule) -> bool:
    return (
        hash_distance(kept.phash, image.phash) <= rule.distance
        and hash_distance(kept.dhash, image.dhash) <= rule.dhash_distance
    )
