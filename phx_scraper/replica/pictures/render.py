"""From a picture's seed to encoded bytes of one size; equal arguments give equal bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageEnhance

from phx_scraper.replica.pictures.camera_effects import add_grain, apply_lighting
from phx_scraper.replica.pictures.facades import draw_facade
from phx_scraper.replica.pictures.other_subjects import draw_logo, draw_map, draw_panorama, draw_portrait
from phx_scraper.replica.pictures.picture_key import Picture
from phx_scraper.replica.pictures.rooms import draw_room

DRAWN_WIDTH = 768
RATIOS = ((768, 576), (768, 512), (768, 432))
_ODD = {"portrait": draw_portrait, "logo": draw_logo, "map": draw_map, "panorama": draw_panorama}
_JPEG_QUALITY = 84
_WEBP_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Size:
    """The size of one variant: `width` in pixels; `height` None keeps the aspect ratio, else the picture is cropped."""

    width: int
    height: int | None = None


def render(picture: Picture, size: Size, image_format: str, quality: int = 0) -> bytes:
    """The picture as a file; `image_format` is JPEG or WEBP, `quality` 0 the usual one."""
    drawn = fit(treat(draw(picture.seed, picture.subject), picture), size)
    return encode(drawn, image_format, quality or _quality(picture, image_format))


@lru_cache(maxsize=48)
def draw(seed: str, subject: str) -> Image.Image:
    """The picture as drawn, 768 pixels wide; callers must not change it."""
    random = Random(f"{subject}:{seed}")
    if subject != "scene":
        return _ODD[subject]((DRAWN_WIDTH, 576), random)
    size = _ratio(random)
    painter = draw_room if random.random() < 0.62 else draw_facade
    return apply_lighting(painter(size, random), random)


def height_at(seed: str, width: int) -> int:
    """Pixels that the scene of `seed` is high at `width`, without drawing it."""
    wide, tall = _ratio(Random(f"scene:{seed}"))
    return round(width * tall / wide)


def _ratio(random: Random) -> tuple[int, int]:
    return random.choices(RATIOS, (45, 45, 10))[0]


def treat(drawn: Image.Image, picture: Picture) -> Image.Image:
    """The drawing with the treatment that makes it a near-duplicate of the plain one."""
    part = picture.strength / 255
    if picture.treatment == "cropped":
        edge = (0.003 + 0.004 * part) * drawn.width
        return drawn.transform(
            drawn.size,
            Image.Transform.EXTENT,
            (edge, edge / 2, drawn.width - edge / 4, drawn.height - edge / 3),
            Image.Resampling.BILINEAR,
        )
    if picture.treatment == "brighter":
        return ImageEnhance.Brightness(drawn).enhance(1.03 + 0.07 * part)
    if picture.treatment == "watermarked":
        return _watermark(drawn, part)
    return drawn


def _watermark(drawn: Image.Image, part: float) -> Image.Image:
    marked = drawn.copy()
    wide, tall = drawn.width * (0.06 + 0.03 * part), drawn.height * 0.03
    left, top = drawn.width - wide - 8, drawn.height - tall - 8
    draw = ImageDraw.Draw(marked, "RGBA")
    draw.rectangle((left, top, left + wide, top + tall), fill=(255, 255, 255, 90))
    for letter in range(5):
        x = left + wide * (0.1 + 0.17 * letter)
        draw.rectangle((x, top + tall * 0.25, x + wide * 0.1, top + tall * 0.75), fill=(20, 20, 20, 120))
    return marked


def fit(drawn: Image.Image, size: Size) -> Image.Image:
    """The drawing at the requested size, with grain."""
    box = (0.0, 0.0, float(drawn.width), float(drawn.height))
    height = size.height
    if height is None:
        height = round(size.width * drawn.height / drawn.width)
    else:
        box = _cut(drawn, size.width / height)
    quick = Image.Resampling.BILINEAR if size.width > DRAWN_WIDTH else Image.Resampling.LANCZOS
    return add_grain(drawn.resize((size.width, height), quick, box=box))


def _cut(drawn: Image.Image, ratio: float) -> tuple[float, float, float, float]:
    if drawn.width / drawn.height > ratio:
        spare = (drawn.width - drawn.height * ratio) / 2
        return spare, 0.0, drawn.width - spare, float(drawn.height)
    spare = (drawn.height - drawn.width / ratio) / 2
    return 0.0, spare, float(drawn.width), drawn.height - spare


def encode(drawn: Image.Image, image_format: str, quality: int) -> bytes:
    """The file's bytes."""
    buffer = BytesIO()
    if image_format == "WEBP":
        # Method 0 is five times faster than the default and looks the same here.
        drawn.save(buffer, "WEBP", quality=quality, method=0)
    else:
        drawn.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _quality(picture: Picture, image_format: str) -> int:
    if picture.treatment == "reencoded":
        return 55 + picture.strength % 20
    return _WEBP_QUALITY if image_format == "WEBP" else _JPEG_QUALITY
