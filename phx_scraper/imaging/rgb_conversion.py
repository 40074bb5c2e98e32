"""Converts every pixel layout of a decoder to 8-bit RGB on white."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from phx_scraper.imaging.colour_profiles import to_srgb, without_gamma

_WHITE = (255, 255, 255)
_ALPHA_MODES = frozenset({"RGBA", "RGBa", "LA", "La", "PA"})


def to_rgb(image: Image.Image, profile: bytes, gamma: float = 0.0) -> Image.Image:
    """The loaded picture as RGB: profile or gamma applied, deep samples scaled, transparency laid on white.

    Raises ValueError for a mode that Pillow cannot convert (LAB, for one).
    """
    if image.mode.startswith(("I", "F")):
        image = _eight_bit(image)
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        return _on_white(image.convert("RGBA"), profile, gamma)
    # A CMYK JPEG is read as Adobe's inverted kind, with or without its marker, as in Pillow and browsers.
    if image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    return to_srgb(image, profile) or _plain(image, gamma)


def _plain(image: Image.Image, gamma: float) -> Image.Image:
    return without_gamma(image if image.mode == "RGB" else image.convert("RGB"), gamma)


def _on_white(image: Image.Image, profile: bytes, gamma: float) -> Image.Image:
    """Converts the colours first, then blends: a profile describes the colours, not their mixture with white."""
    alpha = image.getchannel("A")
    colours = image.convert("RGB")
    colours = to_srgb(colours, profile) or without_gamma(colours, gamma)
    if alpha.getextrema() == (255, 255):
        return colours
    ground = Image.new("RGB", image.size, _WHITE)
    ground.paste(colours, mask=alpha)
    return ground


def _eight_bit(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit and float grey as mode L; the high byte for 16 bits, as Pillow does for 16-bit colour."""
    samples = np.asarray(image)
    if image.mode.startswith("I;16"):
        return Image.fromarray((samples >> 8).astype(np.uint8))
    return Image.fromarray(_stretch(samples.astype(np.float64)))


def _stretch(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Scales grey of unknown range by the smallest usual maximum (1, 8 bits, 16 bits, else its own) that holds it."""
    samples = np.nan_to_num(samples, posinf=0.0, neginf=0.0)
    top = float(samples.max())
    full = next((scale for scale in (1.0, 255.0, 65535.0) if top <= scale), top)
    return np.clip(samples * (255.0 / full), 0, 255).astype(np.uint8)
