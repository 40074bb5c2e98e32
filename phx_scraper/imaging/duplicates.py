"""THE place where it is decided which pictures of a home are copies of one another, and which copy is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from phx_scraper.imaging.comparable import ComparableImage, best_first, is_drawing, same_bytes
from phx_scraper.imaging.rule import PLAIN, VERIFIED, Rule
from phx_scraper.imaging.signature import Signature, read_signature
from phx_scraper.imaging.verified import Verifier

__all__ = ["PLAIN", "VERIFIED", "ComparableImage", "Duplicate", "Group", "Rule", "best_first", "group"]

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
class Group(Generic[AnyImage]):
    """One picture: the copy that is kept and the others, best first."""

    kept: AnyImage
    duplicates: tuple[Duplicate[AnyImage], ...]


def group(images: Sequence[AnyImage], rule: Rule = VERIFIED) -> list[Group[AnyImage]]:
    """Groups of copies, best kept picture first; each image is in exactly one group, whatever the order of `images`.

    Greedy from the best picture down (`best_first`, a total order): each joins the first kept picture that it
    matches, else is kept itself. So no chain of near copies ties two different pictures together.
    """
    ordered = sorted(images, key=best_first)
    relations = _Relations(ordered, rule)
    groups: list[tuple[int, list[Duplicate[AnyImage]]]] = []
    for number, image in enumerate(ordered):
        for kept, duplicates in groups:
            kind = relations.kind(kept, number)
            if kind:
                duplicates.append(Duplicate(image, hash_distance(ordered[kept].phash, image.phash), kind))
                break
        else:
            groups.append((number, []))
    return [Group(ordered[kept], tuple(duplicates)) for kept, duplicates in groups]


def hash_distance(first: str, second: str) -> int:
    """Number of differing bits of two hashes in hexadecimal."""
    return (int(first, 16) ^ int(second, 16)).bit_count()


class _Relations:
    """What ties two of the images, asked for by their numbers."""

    def __init__(self, images: Sequence[ComparableImage], rule: Rule) -> None:
        self._images = images
        self._rule = rule
        signatures = _signatures(images) if rule.name == "verified" else {}
        self._places = {number: place for place, number in enumerate(signatures)}
        self._verifier = Verifier(list(signatures.values()))

    def kind(self, first: int, second: int) -> str:
        """`same`, `near`, `mirror`, or nothing."""
        kept, image = self._images[first], self._images[second]
        if same_bytes(kept, image):
            return "same"
        if not (_looks_count(kept) and _looks_count(image)):
            return ""
        hashes_agree = _plain_match(kept, image, self._rule)
        if first in self._places and second in self._places:
            return self._verifier.relation(self._places[first], self._places[second], hashes_agree)
        return "near" if hashes_agree else ""


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
