"""What a picture shows: where in or around the home it is, and what of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Category:
    """`location` is `int`, `ext`, `sys`, `feat` or `unk`; `subject` one of the closed vocabulary, or `unknown`.

    `confidence` is 0 to 100: of a hundred such answers so many are right. `signal` is where it comes from:
    `correction`, `tag`, `caption`, `head`, `imagenet` or `none`.
    """

    location: str
    subject: str
    confidence: int
    signal: str


SIGNALS = ("correction", "tag", "caption", "head", "imagenet", "none")
"""Where a category comes from, what counts first."""

KINDS = ("photo", "sketch", "floor_plan", "map", "logo", "text_card")
"""What a picture is, apart from what it shows: pages say `photo` or `sketch`, the others are told from tags, captions
and pixels."""

LOW = 80
"""Below this confidence a person had better look; heads and the ImageNet table are sure from here on."""

UNKNOWN = Category("unk", "unknown", 0, "none")


class Seen(NamedTuple):
    """What is said of a picture: its category, and its kind (one of KINDS); what is no photo shows no subject."""

    category: Category = UNKNOWN
    kind: str = "photo"
