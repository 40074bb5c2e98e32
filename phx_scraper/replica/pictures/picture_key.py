"""A picture's key: 32 hexadecimal digits from which any server process can draw it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

SUBJECTS = ("scene", "portrait", "logo", "map", "panorama")
TREATMENTS = ("plain", "reencoded", "cropped", "brighter", "watermarked")
FAULTS = (
    "",
    "photo_truncated",
    "photo_html",
    "photo_empty",
    "photo_missing",
    "photo_flat",
    "photo_tiny",
    "photo_bomb",
    "photo_cut_once",
    "photo_429_once",
    "photo_503_once",
    "photo_page_once",
    "photo_denied",
    "photo_denied_all",
    "photo_huge_best",
    "photo_cut_best",
)
TRANSIENT_FAULTS = frozenset({"photo_cut_once", "photo_429_once", "photo_503_once", "photo_page_once"})
BEST_ONLY = frozenset({"photo_denied", "photo_huge_best", "photo_cut_best", "photo_page_once"})
"""Faults of the best file alone: smaller ones are good."""

_SEED_DIGITS = 24
_KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw. `seed` is 24 hexadecimal digits; `strength` (0..255) says how much of `treatment` is applied."""

    seed: str
    subject: str = "scene"
    treatment: str = "plain"
    strength: int = 0
    fault: str = ""

    @property
    def key(self) -> str:
        """The 32 digits: the seed, then one masked byte each of subject and treatment, strength, fault, checksum."""
        subject_and_treatment = SUBJECTS.index(self.subject) << 4 | TREATMENTS.index(self.treatment)
        plain = bytes((subject_and_treatment, self.strength, FAULTS.index(self.fault)))
        mask, check = _mask(self.seed, plain)
        return self.seed + bytes(a ^ b for a, b in zip(plain, mask, strict=True)).hex() + f"{check:02x}"

    @property
    def usable(self) -> bool:
        """Whether a collector that retries has the picture in the end."""
        return self.fault == "" or self.fault in TRANSIENT_FAULTS | BEST_ONLY

    @classmethod
    def from_key(cls, key: str) -> Picture | None:
        """The picture behind `key`, None for a key that no replica made."""
        if len(key) != _KEY_DIGITS or not set(key) <= set("0123456789abcdef"):
            return None
        seed, rest = key[:_SEED_DIGITS], bytes.fromhex(key[_SEED_DIGITS:])
        mask, _ = _mask(seed, b"")
        plain = bytes(a ^ b for a, b in zip(rest[:3], mask, strict=True))
        subject, treatment, fault = plain[0] >> 4, plain[0] & 15, plain[2]
        if _mask(seed, plain)[1] != rest[3] or subject >= len(SUBJECTS) or treatment >= len(TREATMENTS):
            return None
        if fault >= len(FAULTS):
            return None
        return cls(seed, SUBJECTS[subject], TREATMENTS[treatment], plain[1], FAULTS[fault])


def _mask(seed: str, plain: bytes) -> tuple[bytes, int]:
    mask = sha256(b"mask" + seed.encode()).digest()[:3]
    return mask, sha256(b"check" + seed.encode() + plain).digest()[0]
