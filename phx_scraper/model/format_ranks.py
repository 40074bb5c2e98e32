"""How much processing a file's format tells of: of copies of equal size the least processed one is kept."""

from __future__ import annotations

# Lossless files have all that their source had; among lossy ones the listing sites' WebP and AVIF files are
# re-encodings of the JPEG that the agent uploaded; GIF has at most 256 colours.
_RANKS = {"PNG": 0, "TIFF": 0, "BMP": 0, "JPEG": 1, "WEBP": 2, "AVIF": 2, "GIF": 3}
_UNKNOWN = 4


def format_rank(name: str) -> int:
    """0 for the least processed; the name as Pillow has it."""
    return _RANKS.get(name, _UNKNOWN)
