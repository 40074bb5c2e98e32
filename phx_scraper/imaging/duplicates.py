"""THE place where it is decided which pictures of a home are copies of one another, and which copy is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from phx_scraper.imaging.comparable import ComparableImage, best_first, is_drawing, same_bytes
from phx_scraper.imaging.rule import PLAIN, VERIFIED, Rule

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


def group(images: Sequence[AnyImage], rule: Rule = PLAIN) -> list[Group[AnyImage]]:
    """Groups of copies, best kept picture first; each image is in exactly one group, whatever the order of `images`.

    Greedy from the best picture down (`best_first`, a total order): each joins the first kept picture that it
    matches, else is kept itself. So no chain of near copies ties two different pictures together.
    """
    groups: list[tuple[AnyImage, list[Duplicate[AnyImage]]]] = []
    for image in sorted(images, key=best_first):
        for kept, duplicates in groups:
            kind = _relation(kept, image, rule)
            if kind:
                duplicates.append(Duplicate(image, hash_distance(kept.phash, image.phash), kind))
                break
        else:
            groups.append((image, []))
    return [Group(kept, tuple(duplicates)) for kept, duplicates in groups]


def hash_distance(first: str, second: str) -> int:
    """Number of differing bits of two hashes in hexadecimal."""
    return (int(first, 16) ^ int(second, 16)).bit_count()


def _relation(kept: ComparableImage, image: ComparableImage, rule: Rule) -> str:
    """`same`, `near`, `mirror`, or nothing."""
    if same_bytes(kept, image):
        return "same"
    if is_drawing(kept) or is_drawing(image) or kept.flat or image.flat:
        return ""
    return "near" if _plain_match(kept, image, rule) else ""


def _plain_match(kept: ComparableImage, image: ComparableImage, rule: Rule) -> bool:
    return (
        hash_distance(kept.phash, image.phash) <= rule.distance
        and hash_distance(kept.dhash, image.dhash) <= rule.dhash_distance
    )
