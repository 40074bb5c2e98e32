"""What is known of saved pages: the entries of the folder's index, and what is read from it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page of a source in a saved file.

    `file` is relative to the folder, with `/`; `entry` counts the requests of a HAR from 0, and is 0 elsewhere. `kind`
    is `home` (it proves an address), `search`, `block`, `answer` (of an endpoint, without an address) or `other`;
    `problem` is one sentence for all but `home`. `url` is the page's own; `moment` (UTC) is when it was saved;
    `saved_as` is `html`, `complete`, `singlefile`, `mhtml`, `har` or `json`. A `partial` page shows fewer pictures than
    the listing has: it shows `photos` of `claimed`.
    """

    file: str
    entry: int
    source: str
    kind: str
    saved_as: str
    url: str
    moment: datetime
    address: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    status: str = "unknown"
    partial: bool = False
    photos: int = 0
    claimed: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class UnusedFile:
    """A file, or an entry of one, that is no page of a source; `reason` is one sentence."""

    file: str
    entry: int
    reason: str


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """A saved page as if its site had answered just now: `headers` has `Date` (when it was saved) and `Content-Type`.

    No cookie and no token is among them; none was kept. The answer is for `pages.read_saved`, which knows more shapes
    than `pages.read`.
    """

    url: str
    body: bytes
    headers: Mapping[str, str]
    status: int = 200


@dataclass(frozen=True, slots=True)
class SavedPicture:
    """The bytes of a photo as a browser saved them, and the URL (one of those asked for) that they are of."""

    url: str
    data: bytes
