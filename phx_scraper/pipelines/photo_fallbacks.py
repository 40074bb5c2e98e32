"""A photo's files, best first: after which trouble the next one is tried, and which trouble is named in the end."""

from __future__ import annotations

from collections.abc import Sequence

from phx_scraper.model.reasons import is_transient

MAX_FALLBACKS = 2
"""Further files of a photo that are tried at most."""
DENIED = "http_403"
"""A file that is denied as S3 denies missing ones."""

# Bytes of no use; another file of the photo may be sound, of another format, or smaller.
_UNUSABLE = frozenset({
    "html", "empty", "not_image", "truncated", "decode_error", "unsupported_format", "too_large", "too_many_pixels",
    "decoder_timeout", "decoder_crash", "unsafe_target",
})  # fmt: skip


def another_may_help(failure: str) -> bool:
    """Whether the photo's next file is to be tried after this failure.

    Not after trouble on the way or of the server, which has been retried and which time may heal: the best file is had
    then. Nor where the picture itself is of no use, in whatever size.
    """
    missing = failure.startswith("http_4") and not is_transient(failure)
    return failure == DENIED or missing or failure in _UNUSABLE


def named(failures: Sequence[str]) -> str:
    """The failure of the best file; where only another one may still come, that one's, so that it is asked again."""
    return next((reason for reason in failures if is_transient(reason)), failures[0])
