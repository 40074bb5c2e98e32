"""Two pictures beside each other: what was measured, why they are taken for copies, and which one is kept and why."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from phx_scraper.model.format_ranks import format_rank
from phx_scraper.model.image import Image
from phx_scraper.model.photo import Photo
from phx_scraper.model.photo_decision import PAIR_VERDICTS, PhotoDecision
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.report.text_filters import source_name
from phx_scraper.sources import source_priority
from phx_scraper.storage.catalogue.gallery import HomeGallery

_DRAWN = {".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"}
_REASONS = {
    "same": "The same file, byte for byte.",
    "near": "The same photograph: laid on one another, the pictures agree as far as re-encoding lets them.",
    "mirror": "The same photograph, with left and right swapped.",
    "person": "A person said that these are copies; the rule does not take them for any.",
    "told": "Noted as a copy in the home's folder, from which the catalogue was made anew.",
}
_MEASURES = {
    "likeness": ("of the texture agrees", "share"),
    "cover": ("of the smaller picture is on the other one", "share"),
    "differing": ("of the area differs", "share"),
    "largest": ("of the area is the largest part that differs", "share"),
    "drift": ("of a side is how far places have moved", "side"),
    "usual": ("grey levels of 256 is the usual difference", "number"),
}
_SIDE = 128


def compared(files: ReportFiles, gallery: HomeGallery, kept: Photo, other: Photo) -> dict[str, Any]:
    """A kept picture and a copy of it, with the commands that change the decision."""
    return {
        "first": picture(files, kept),
        "other": picture(files, other),
        "distances": distances(kept.image, other.image),
        "reason": _REASONS.get(other.duplicate_kind, "Taken for a copy."),
        "kept_because": kept_because(kept, other),
        "said": said_of(gallery.decisions, kept, other),
        "commands": [] if _same_file(kept, other) else [command(gallery, "not_duplicate", kept, other)],
    }


def doubted(
    files: ReportFiles, gallery: HomeGallery, kept: Photo, other: Photo, measures: Mapping[str, float]
) -> dict[str, Any]:
    """Two kept pictures that may be copies, with the commands by which a person decides."""
    return {
        "first": picture(files, kept),
        "other": picture(files, other),
        "distances": distances(kept.image, other.image),
        "reason": "They may be copies, and the rule is not certain: " + (measured(measures) or "only the hashes agree"),
        "kept_because": "Both are kept.",
        "said": "",
        "commands": [command(gallery, verdict, kept, other) for verdict in PAIR_VERDICTS],
    }


def picture(files: ReportFiles, photo: Photo) -> dict[str, Any]:
    """A side of the comparison: `path` leads to its original where browsers draw that, else to what is stored."""
    image = photo.image
    paths = () if image is None else (image.raw_path, image.path)
    there = (files.picture(path) for path in paths if path and PurePosixPath(path).suffix in _DRAWN)
    return {
        "label": f"{source_name(photo.source)}, place {photo.position}",
        "size": f"{image.original_width} × {image.original_height} {image.original_format}" if image else "",
        "width": image.original_width if image else 0,
        "height": image.original_height if image else 0,
        "path": next(filter(None, there), ""),
    }


def distances(one: Image | None, other: Image | None) -> str:
    """Both distances in words; empty where a picture is unknown."""
    if one is None or other is None:
        return ""
    bits = ((int(getattr(one, name), 16) ^ int(getattr(other, name), 16)).bit_count() for name in ("phash", "dhash"))
    return "pHash {} and dHash {} of 64 bits apart".format(*bits)


def kept_because(kept: Photo, other: Photo) -> str:
    """The first point in which the kept copy is the better one, in the order of the duplicate rule."""
    one, two = kept.image, other.image
    if one is None or two is None:
        return ""
    name, than = source_name(kept.source), source_name(other.source)
    if one.original_width * one.original_height != two.original_width * two.original_height:
        return f"{name}'s copy is kept: it has more pixels."
    if format_rank(one.original_format) != format_rank(two.original_format):
        return f"{name}'s copy is kept: {one.original_format} is less processed than {two.original_format}."
    if one.raw_bytes != two.raw_bytes:
        sizes = f"{_kilobytes(one)} against {_kilobytes(two)}"
        return f"{name}'s copy is kept: of equal pixels, its file is the larger one ({sizes})."
    if source_priority(kept.source) != source_priority(other.source):
        return f"{name}'s copy is kept: all else is equal, and {name} goes before {than}."
    return f"{name}'s copy at place {kept.position} is kept: all else is equal."


def measured(measures: Mapping[str, float]) -> str:
    """What was measured of an aligned pair, in words; empty where it was not aligned."""
    told = []
    for name, (words, unit) in _MEASURES.items():
        if name in measures:
            value = measures[name]
            shown = {"share": f"{value:.1%}", "side": f"{value / _SIDE:.1%}", "number": f"{value:.0f}"}[unit]
            told.append(f"{shown} {words}")
    return ", ".join(told)


def said_of(decisions: Sequence[PhotoDecision], one: Photo, other: Photo) -> str:
    """The last verdict on just these two photos; empty for none."""
    wanted = {(one.source, one.key), (other.source, other.key)}
    for decision in reversed(decisions):
        sides = {(side.source, side.key) for side in (decision.one, decision.other) if side is not None}
        if sides == wanted:
            return decision.verdict.replace("_", " ")
    return ""


def command(gallery: HomeGallery, verdict: str, *photos: Photo) -> str:
    """The command of a verdict on these photos, ready for a shell: they are named by key, which stays theirs."""
    names = (f"{photo.source}:{photo.key}" for photo in photos)
    words = ["scrapy", "photos", gallery.home.address, f"--{verdict.replace('_', '-')}", *names]
    return shlex.join(words)


def _same_file(one: Photo, other: Photo) -> bool:
    return one.image is not None and other.image is not None and one.image.raw_sha256 == other.image.raw_sha256


def _kilobytes(image: Image) -> str:
    return f"{image.raw_bytes / 1024:,.0f} kB"
