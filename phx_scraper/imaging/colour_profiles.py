"""Embedded colour profiles and gamma: pixels as they were meant, in sRGB."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

# The gamma that files of sRGB samples name; nearer ones mean the same, as in browsers.
_SRGB_GAMMA, _NEAR = 1 / 2.2, 0.02
# Beyond any that a picture was made with: such a value is damage.
_PLAUSIBLE = (0.1, 4.0)
_ERRORS = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture as sRGB (mode RGB); None when the profile is absent, sRGB already, damaged or of another space.

    A profile that does not fit is ignored, as browsers do. Skipping sRGB saves a transform that would change nothing
    but rounding.
    """
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if ImageCms.getProfileDescription(source).startswith("sRGB"):
            return None
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except _ERRORS:
        return None


def without_gamma(image: Image.Image, gamma: float) -> Image.Image:
    """An RGB picture whose samples are light to the power of `gamma`, as sRGB (IEC 61966-2-1); 0 is unknown."""
    if not _PLAUSIBLE[0] <= gamma <= _PLAUSIBLE[1] or abs(gamma - _SRGB_GAMMA) <= _NEAR:
        return image
    return image.point([_srgb((sample / 255) ** (1 / gamma)) for sample in range(256)] * 3)


def _srgb(light: float) -> int:
    value = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(255 * value)
