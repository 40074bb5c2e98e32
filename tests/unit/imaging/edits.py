"""Edits of a photo by sites and agents between two listings: easy edits, hard ones, mirrored ones; each by its name."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Edit = Callable[[Image.Image], Image.Image]
Colour = tuple[int, int, int]


def recoded(name: str, **options: Any) -> Edit:
    def edit(image: Image.Image) -> Image.Image:
        buffer = io.BytesIO()
        image.save(buffer, name, **options)
        return Image.open(buffer).convert("RGB")

    return edit


def cropped(left: float, top: float, right: float, bottom: float) -> Edit:
    """Cut these shares of the sides off."""
    return lambda image: image.crop(
        (
            round(image.width * left),
            round(image.height * top),
            round(image.width * (1 - right)),
            round(image.height * (1 - bottom)),
        )
    )


def lettered(size: float, x: float, y: float, alpha: int) -> Edit:
    def edit(image: Image.Image) -> Image.Image:
        layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
        font = ImageFont.load_default(size=max(8, int(image.height * size)))
        position = (image.width * x, image.height * y)
        ImageDraw.Draw(layer).text(position, "listing-site.example", (255, 255, 255, alpha), font, anchor="mm")
        return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")

    return edit


def banner(share: float, top: bool = False, colour: Colour = (20, 40, 90)) -> Edit:
    """A solid strip with a line of text over the picture's bottom or top."""

    def edit(image: Image.Image) -> Image.Image:
        image = image.copy()
        width, height = image.size
        low, high = (0, int(height * share)) if top else (int(height * (1 - share)), height)
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, low, width, high), fill=colour)
        font = ImageFont.load_default(size=max(8, int(height * share * 0.6)))
        draw.text((width * 0.3, (low + high) / 2), "Call Jane 555-0100", "white", font, anchor="mm")
        return image

    return edit


def framed(x: float, y: float, colour: Colour = (0, 0, 0)) -> Edit:
    return lambda image: ImageOps.expand(image, (round(image.width * x), round(image.height * y)), colour)


def wide(width: int) -> Edit:
    return lambda image: image.resize(
        (width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS
    )


def squeezed(width: int, height: int) -> Edit:
    return lambda image: image.resize((width, height), Image.Resampling.LANCZOS)


def brighter(factor: float) -> Edit:
    return lambda image: ImageEnhance.Brightness(image).enhance(factor)


def turned(degrees: float, colour: Colour = (0, 0, 0)) -> Edit:
    return lambda image: image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=colour)


def tinted(image: Image.Image) -> Image.Image:
    factors = (1.1, 1.0, 0.85)
    channels = (
        channel.point([min(255, int(value * factor)) for value in range(256)])
        for channel, factor in zip(image.split(), factors, strict=True)
    )
    return Image.merge("RGB", tuple(channels))


def chained(*edits: Edit) -> Edit:
    def edit(image: Image.Image) -> Image.Image:
        for each in edits:
            image = each(image)
        return image

    return edit


EASY: dict[str, Edit] = {
    "JPEG quality 75": recoded("JPEG", quality=75),
    "JPEG quality 40": recoded("JPEG", quality=40),
    "WebP quality 60": recoded("WEBP", quality=60),
    "640 px wide": wide(640),
    "320 px wide, quality 60": chained(wide(320), recoded("JPEG", quality=60)),
    "site copy: 1024 px, JPEG 70, WebP 75": chained(
        wide(1024), recoded("JPEG", quality=70), recoded("WEBP", quality=75)
    ),
    "squeezed to 16:9": squeezed(640, 360),
    "squeezed to 1:1": squeezed(512, 512),
    "brightness +20 %": brighter(1.2),
    "brightness -25 %": brighter(0.75),
    "contrast +25 %": lambda image: ImageEnhance.Contrast(image).enhance(1.25),
    "auto-contrast": lambda image: ImageOps.autocontrast(image, cutoff=1),
    "sharpened": lambda image: image.filter(ImageFilter.UnsharpMask(3, 120)),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "saturation +40 %": lambda image: ImageEnhance.Color(image).enhance(1.4),
    "warm tint": tinted,
    "grey": lambda image: image.convert("L").convert("RGB"),
    "watermark in a corner": lettered(0.05, 0.8, 0.94, 200),
    "watermark across": lettered(0.12, 0.5, 0.5, 110),
    "crop 1 % a side": cropped(0.01, 0.01, 0.01, 0.01),
    "crop 2.5 % a side": cropped(0.025, 0.025, 0.025, 0.025),
}
HARD: dict[str, Edit] = {
    "crop 5 % a side": cropped(0.05, 0.05, 0.05, 0.05),
    "crop 10 % a side": cropped(0.1, 0.1, 0.1, 0.1),
    "crop left 10 %": cropped(0.1, 0, 0, 0),
    "crop left and top 10 %": cropped(0.1, 0.1, 0, 0),
    "crop 10, 0, 3, 7 %": cropped(0.1, 0, 0.03, 0.07),
    "crop bottom 8 %": cropped(0, 0, 0, 0.08),
    "letterbox 6 %": framed(0, 0.06),
    "letterbox 12 %": framed(0, 0.12),
    "pillarbox 15 %, white": framed(0.15, 0, (255, 255, 255)),
    "white frame 5 %": framed(0.05, 0.05, (255, 255, 255)),
    "banner 8 % at the bottom": banner(0.08),
    "banner 12 % at the top": banner(0.12, top=True, colour=(200, 30, 30)),
    "banner 9 % added below": chained(framed(0, 0.05), banner(0.09)),
    "turned by 2 degrees": turned(2),
    "turned by -2 degrees on white": turned(-2, (255, 255, 255)),
    "turned by 2 degrees and cropped": chained(turned(2), cropped(0.03, 0.03, 0.03, 0.03)),
    "portal copy: watermark, 800 px, JPEG 60": chained(
        lettered(0.08, 0.5, 0.5, 120), wide(800), recoded("JPEG", quality=60)
    ),
    "crop 5 %, watermark, 320 px, JPEG 50": chained(
        cropped(0.05, 0.05, 0.05, 0.05), lettered(0.08, 0.5, 0.9, 150), wide(320), recoded("JPEG", quality=50)
    ),
    "crop 10, 5, 0, 10 % and brightness +25 %": chained(cropped(0.1, 0.05, 0, 0.1), brighter(1.25)),
    "gamma 0.65": lambda image: image.point([int(255 * (value % 256 / 255) ** 0.65) for value in range(768)]),
    "brightness +50 %": brighter(1.5),
    "two large watermarks": chained(lettered(0.2, 0.5, 0.35, 170), lettered(0.2, 0.5, 0.7, 170)),
}
MIRRORED: dict[str, Edit] = {
    "mirrored": ImageOps.mirror,
    "mirrored, 400 px, JPEG 50": chained(ImageOps.mirror, wide(400), recoded("JPEG", quality=50)),
    "mirrored, crop 5 % a side": chained(ImageOps.mirror, cropped(0.05, 0.05, 0.05, 0.05)),
    "mirrored, crop left 10 %, bottom 5 %": chained(ImageOps.mirror, cropped(0.1, 0, 0, 0.05)),
}
