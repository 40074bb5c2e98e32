"""The segments of a JPEG file (ITU-T T.81, annex B): checked to the end marker, and reduced to what decoding needs.

For a truncated file a decoder fills the rest with grey. Then the end-of-image marker at segment level (not one inside
an embedded thumbnail) is missing, unless one was added: `jpeg_completeness` checks the picture itself. Metadata
segments are left out, so that Pillow does not parse hostile EXIF, MPF and Photoshop blocks. Stray bytes between
segments are left out too: libjpeg skips them with a warning, but Pillow's header reader fails on them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.containers.container import (
    MAX_PARTS,
    MAX_PROFILE_BYTES,
    MAX_SCANS,
    Container,
    refuse_appended_file,
    refuse_more_than,
)
from phx_scraper.imaging.containers.jpeg_completeness import EOI, ScanCoverage

# In entropy-coded data FF is followed by a stuffed 00 or a restart number; FF FF is fill.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_EOI, _SOS, _APP1, _APP2 = 0xD9, 0xDA, 0xE1, 0xE2
_PROGRESSIVE = frozenset({0xC2, 0xCA})
_STANDALONE = frozenset({0x01, 0xD8})
# JFIF (APP0) and Adobe (APP14) decide the colour transform; all other application data and comments are left out.
_DROPPED = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_EXIF, _ICC = b"Exif\0\0", b"ICC_PROFILE\0"


class _Walk:
    """One pass over the markers; collects the kept bytes and the two kinds of metadata that are used."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.kept: list[bytes] = []
        self.kept_to = 0
        self.scans = 0
        self.in_scan = False
        self.coverage = ScanCoverage()
        self.metadata: dict[bytes, list[bytes]] = {_EXIF: [], _ICC: []}

    def run(self) -> Container:
        position = 2
        for _ in range(MAX_PARTS):
            found = _MARKER.search(self.data, position)
            if found is None:
                return self._without_end()
            if not self.in_scan:
                self._leave_out(position, found.start())
            marker = self.data[found.end() - 1]
            if marker == _EOI:
                return self._finish(found.end())
            position = found.end() if marker in _STANDALONE else self._segment(marker, found.start())
        raise BadPhoto("decode_error", "too many segments")

    def _without_end(self) -> Container:
        """All blocks may be there nevertheless: only decoding shows it."""
        if not self.in_scan:
            raise BadPhoto("truncated", "no end-of-image marker")
        self.data = self.data.rstrip(b"\xff") + EOI
        return replace(self._finish(len(self.data)), has_end=False)

    def _segment(self, marker: int, start: int) -> int:
        end = start + 2 + int.from_bytes(self.data[start + 2 : start + 4], "big")
        if end > len(self.data) or start + 4 > len(self.data):
            raise BadPhoto("truncated", "a segment is cut")
        self.in_scan = marker == _SOS
        if marker in _DROPPED:
            self._add_metadata(marker, self.data[start + 4 : end])
            self._leave_out(start, end)
        elif marker in _PROGRESSIVE:
            self.coverage.frame(self.data[start + 4 : end])
        elif self.in_scan:
            self._scan(self.data[start + 4 : end])
        return max(end, start + 2)

    def _scan(self, body: bytes) -> None:
        self.scans += 1
        refuse_more_than(self.scans, MAX_SCANS, "scans")
        self.coverage.scan(body)

    def _leave_out(self, start: int, end: int) -> None:
        if end > start:
            self.kept.append(self.data[self.kept_to : start])
            self.kept_to = end

    def _add_metadata(self, marker: int, body: bytes) -> None:
        for prefix, parts in self.metadata.items():
            if body.startswith(prefix) and marker == (_APP2 if prefix == _ICC else _APP1):
                parts.append(body[len(prefix) :])

    def _finish(self, end: int) -> Container:
        refuse_appended_file(self.data, end)
        self.coverage.require_all()
        self.kept.append(self.data[self.kept_to : end])
        # Each profile part starts with its number and the count of parts (ICC.1, annex B.4); order may be mixed.
        profile = b"".join(part[2:] for part in sorted(self.metadata[_ICC], key=lambda part: part[:1]))
        if len(profile) > MAX_PROFILE_BYTES:
            raise BadPhoto("too_large", "a colour profile of absurd size")
        exif = b"".join(self.metadata[_EXIF][:1])
        return Container(b"".join(self.kept), exif=exif, profile=profile)


def open_jpeg(data: bytes) -> Container:
    """Walk a JPEG file; raises BadPhoto: `truncated`, `not_image` (polyglot), `too_large`, `decode_error`."""
    return _Walk(data).run()
