"""A photo of a listing: as a page shows it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from phx_scraper.model.category import Category
from phx_scraper.model.image import Image

EMBEDDED = "embedded/"
"""How the keys of photos begin of which only the bytes were saved."""
PHOTO_STATES = ("pending", "stored", "duplicate", "failed")


@dataclass(frozen=True, slots=True)
class Variant:
    """One file of a photo. `width` is in pixels as the page states it, None where it does not."""

    url: str
    width: int | None = None
    format: str = ""
    cropped: bool = False


@dataclass(slots=True)
class Photo:
    """A picture as listed: `key` is its identity at the source, `position` counts from 1 in gallery order.

    `url` is the best variant; `variants` holds all of them, best first. `kind` is `photo` or `sketch`. `data` is the
    picture itself where the page carries it (sketches): then `url` names it and is not to be fetched for it.

    `names_content` says that `url` tells the picture: another one would have another URL (`pages/<source>` knows).

    What follows it the catalogue knows (`photo_id` 0: it does not). `state` is one of PHOTO_STATES; a gallery shows as
    `removed` a photo that its listing dropped, and as `hidden` one that a person wants out of sight. `reason` says why
    it failed. A pending photo with a `raw_sha256` was stored before and is asked for again; one with `check_due` keeps
    its picture and state until the source, asked with `etag` and `last_modified` of the file at `fetched_url`, has
    another one.

    `image` and what follows it are for those who show homes: `duplicate_of` is the (source, key) of the kept photo,
    `also_at` names other homes that show a picture like it, `maybe` the kept photos of this home that it may be a copy
    of: source, key and what was measured. `category` is None for what was not looked at; after that `kind` is one of
    `category.KINDS`. Our own parts make changed copies; users' pipelines may set its fields.
    """

    key: str
    position: int
    url: str
    caption: str = ""
    variants: tuple[Variant, ...] = ()
    kind: str = "photo"
    tags: tuple[str, ...] = ()
    data: bytes = field(default=b"", repr=False)
    names_content: bool = False
    source: str = ""
    photo_id: int = 0
    state: str = "pending"
    reason: str = ""
    raw_sha256: str = ""
    check_due: bool = False
    fetched_url: str = ""
    etag: str = ""
    last_modified: str = ""
    downloaded_at: float | None = None
    processed_at: float | None = None
    first_run_id: str = ""
    duplicate_kind: str = ""
    distance: int | None = None
    smaller_copy: bool = False
    image: Image | None = None
    duplicate_of: tuple[str, str] | None = None
    also_at: tuple[str, ...] = ()
    maybe: tuple[tuple[str, str, Mapping[str, float]], ...] = ()
    category: Category | None = None

    @property
    def is_embedded(self) -> bool:
        """Whether a saved page had its bytes in place of its address: its key is of these, and no host can be asked."""
        return self.key.startswith(EMBEDDED)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be asked for."""
        return self.state == "pending" or self.check_due

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """Further URLs of the same photo, best first."""
        return tuple(variant.url for variant in self.variants if variant.url != self.url)


ON_PAGE = ("position", "url", "caption", "fallbacks", "kind", "tags")
"""What a page says of a photo, anew each time it is read; the catalogue keeps it under these names."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a photo's bytes came: the URL that answered, its validators and status, and when.

    `http_status` is None where a page brought them along.
    `lacks` says why it may be smaller than what the source has (a reason of `model.reasons`), empty for the best file.
    """

    url: str
    downloaded_at: float
    etag: str = ""
    last_modified: str = ""
    lacks: str = ""
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one photo: `stored`, or `duplicate` of the photo `duplicate_of` (same home, stored).

    `maybe`: other stored photos that it may be a copy of, each with what was measured (names as in `imaging`).
    `hidden`: a person does not want the picture shown.
    """

    photo_id: int
    state: str
    duplicate_of: int | None = None
    kind: str = ""
    distance: int | None = None
    maybe: tuple[tuple[int, Mapping[str, float]], ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class PhotoCounts:
    """Photos by state; `found` is all that the listings show now, `failures` counts failed ones by reason.

    `stored` are kept and shown; `hidden` would be, and a person does not want to see them. `removed` ones (no longer
    shown by their listing) are in no other count.
    """

    found: int = 0
    pending: int = 0
    stored: int = 0
    duplicates: int = 0
    failed: int = 0
    removed: int = 0
    hidden: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)

    @property
    def had(self) -> int:
        """Those of which a picture is known, shown or not."""
        return self.stored + self.duplicates + self.hidden
