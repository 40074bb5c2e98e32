"""Embedded colour profiles: pixels as they were meant, in sRGB."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

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
