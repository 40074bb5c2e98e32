"""What people decided, applied to the pictures that a home has now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from phx_scraper.imaging.duplicates.judged_pairs import Pair
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.photo_decision import PAIR_VERDICTS, PhotoDecision, Sighting, is_like


@dataclass(frozen=True, slots=True)
class Judgement:
    """By places in the list of a home's pictures: which pairs are copies (newest word first), and which are not.

    `hidden` says of those pictures that were hidden or shown whether they are hidden, and by which decision (`number`).
    """

    together: Sequence[Pair]
    apart: Sequence[Pair]
    hidden: Mapping[int, tuple[int, bool]]


def judge(images: Sequence[PhotoImage], decisions: Sequence[PhotoDecision]) -> Judgement:
    """Of decisions about the same pictures the newest holds; equal bytes are copies whatever anybody says."""
    pairs: dict[Pair, bool] = {}
    hidden: dict[int, tuple[int, bool]] = {}
    for decision in sorted(decisions, key=lambda decision: -decision.number):
        if decision.verdict in PAIR_VERDICTS:
            for pair in _pairs(images, decision):
                pairs.setdefault(pair, decision.verdict == "duplicate")
        else:
            for place in _shown(images, decision.one):
                hidden.setdefault(place, (decision.number, decision.verdict == "hide"))
    together, apart = ([pair for pair, word in pairs.items() if word is wanted] for wanted in (True, False))
    return Judgement(together, apart, hidden)


def _pairs(images: Sequence[PhotoImage], decision: PhotoDecision) -> Iterator[Pair]:
    assert decision.other is not None
    for one in _shown(images, decision.one):
        for other in _shown(images, decision.other):
            if images[one].raw_sha256 != images[other].raw_sha256:
                yield (min(one, other), max(one, other))


def _shown(images: Sequence[PhotoImage], sighting: Sighting) -> list[int]:
    """Where the picture is now: its bytes, wherever the home shows them, or the photo while it looks like it."""
    return [place for place, image in enumerate(images) if _is(image, sighting)]


def _is(image: PhotoImage, sighting: Sighting) -> bool:
    if image.raw_sha256 == sighting.raw_sha256:
        return True
    is_photo = (image.source, image.key) == (sighting.source, sighting.key)
    return is_photo and is_like(sighting, image.phash, image.dhash)
