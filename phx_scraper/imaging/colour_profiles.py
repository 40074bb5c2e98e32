"""Embedded colour profiles and gamma: converts pixels to sRGB."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

# The gamma stated by files with sRGB samples; values within _NEAR mean the same, as in browsers.
_SRGB_GAMMA, _NEAR = 1 / 2.2, 0.02
# Any other value is damage: no picture is made with such a gamma.
_PLAUSIBLE = (0.1, 4.0)
_ERRORS = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture as sRGB (mode RGB); None when the profile is absent, sRGB already, damaged or of another space.

    A profile that does not fit is ignored, as browsers do. sRGB is not converted: only rounding would change.
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
    """Converts an RGB picture with samples of that gamma to sRGB (IEC 61966-2-1); 0 means unknown."""
    if not _PLAUSIBLE[0] <= gamma <= _PLAUSIBLE[1] or abs(gamma - _SRGB_GAMMA) <= _NEAR:
        return image
    return image.point([_srgb((sample / 255) ** (1 / gamma)) for sample in range(256)] * 3)


def _srgb(light: float) -> int:
    value = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(255 * value)
