"""Heads as JSON text, and back; bytes in base64, so that 36 subjects take about 2 MB."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import numpy as np

from phx_scraper.errors import VisionUnavailable
from phx_scraper.imaging.categories.heads import Bytes, Heads
from phx_scraper.imaging.categories.vision_onnx import FEATURES
from phx_scraper.model.category import KINDS
from phx_scraper.model.subjects import SUBJECTS

HEADS_FILE = "metadata/category_heads.json"
"""Where a collection has them, below its folder."""

_FORMAT = 1
_NUMBERS = ("gate", "slope", "intercept", "threshold")
_LABELS = {*SUBJECTS, *KINDS}


def heads_text(heads: Heads) -> str:
    """The file's text; the same heads give the same text."""
    values: dict[str, Any] = {"format": _FORMAT, "model": heads.model, "labels": heads.labels, "counts": heads.counts}
    values |= {name: getattr(heads, name) for name in _NUMBERS}
    values |= {name: _base64(getattr(heads, name)) for name in ("weights", "examples")}
    values |= {name: getattr(heads, name).tolist() for name in ("scales", "biases")}
    return json.dumps(values, indent=1, sort_keys=True) + "\n"


def text_digest(text: str) -> str:
    """A short name of a file's content."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_heads(text: str, where: str) -> Heads:
    """The heads in a file's text; `where` is for the message. Raises VisionUnavailable for any other text."""
    try:
        return _heads(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise VisionUnavailable(
            f"What was learned from tagged pictures is not used: {where} is damaged; "
            "`scrapy categorise --learn` writes it again."
        ) from error


def _heads(values: dict[str, Any]) -> Heads:
    if values["format"] != _FORMAT:
        raise ValueError("another format")
    labels = tuple(str(label) for label in values["labels"])
    arrays = {name: np.array(values[name], np.float64) for name in ("scales", "biases")}
    numbers = {name: float(values[name]) for name in _NUMBERS}
    if not labels or not _LABELS.issuperset(labels) or any(array.shape != (len(labels),) for array in arrays.values()):
        raise ValueError("labels that are not known, or too few numbers")
    if not np.isfinite([*numbers.values(), *arrays["scales"], *arrays["biases"]]).all():
        raise ValueError("numbers that are none")
    return Heads(
        model=str(values["model"]),
        labels=labels,
        weights=_rows(values["weights"], len(labels)),
        examples=_rows(values["examples"], -1),
        counts={str(label): int(number) for label, number in values["counts"].items()},
        scales=arrays["scales"],
        biases=arrays["biases"],
        gate=numbers["gate"],
        slope=numbers["slope"],
        intercept=numbers["intercept"],
        threshold=numbers["threshold"],
    )


def _base64(values: Bytes) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def _rows(text: str, number: int) -> Bytes:
    values = np.frombuffer(base64.b64decode(text, validate=True), np.int8)
    return values.reshape(number, FEATURES)
