"""A category from ImageNet's classes: no training, no example; mostly a location, a subject only where it is plain."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.categories.imagenet_table import CLASSES
from phx_scraper.model.category import UNKNOWN, Category
from phx_scraper.model.subjects import SUBJECTS

# Softens the model's shares: it was trained to name one thing, and a room shows many.
_TEMPERATURE = 1.25
# Of 99 labelled photos the least score indoors is 0.49, outdoors 0.30; of 58 pictures of other things the largest
# are 0.26 and 0.18.
_LEAST_SCORE = {"int": 0.35, "ext": 0.24}
_LEAST_SUBJECT = 0.4
# Of what speaks for indoors, outdoors or elsewhere so much speaks for the winner.
_LEAST_MAJORITY = 0.5
# Confidence at the least score, and what it rises to at a score of 0.7. Of 115 pictures of other listings that were
# looked through by eye 109 had the right location.
_LOWEST, _HIGHEST, _SURE = 80, 95, 0.7
# A part of a room is photographed in the room.
_PLACE = {"int": "int", "feat": "int", "ext": "ext", "elsewhere": "elsewhere"}


def _columns() -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    """What classes mean, and for each of the thousand a row that is 1 at its meaning."""
    means = tuple(dict.fromkeys(CLASSES.values()))
    table = np.zeros((1000, len(means)))
    for number, meaning in CLASSES.items():
        table[number, means.index(meaning)] = 1
    return means, table


_MEANS, _TABLE = _columns()


def imagenet_category(logits: npt.NDArray[np.float32]) -> Category:
    """What 1000 logits say: a subject, a location with subject `unknown`, or `UNKNOWN`."""
    shares = np.exp((logits - logits.max()) / _TEMPERATURE, dtype=np.float64)
    scores = dict(zip(_MEANS, (shares / shares.sum()) @ _TABLE, strict=True))
    location, score = _location(scores)
    if not location:
        return UNKNOWN
    subject = max((name for name in scores if name in SUBJECTS), key=scores.__getitem__)
    if scores[subject] > _LEAST_SUBJECT and _PLACE[SUBJECTS[subject]] == location:
        return Category(SUBJECTS[subject], subject, _confidence(scores[subject], _LEAST_SUBJECT), "imagenet")
    return Category(location, "unknown", _confidence(score, _LEAST_SCORE[location]), "imagenet")


def _location(scores: dict[str, float]) -> tuple[str, float]:
    sums = {"int": 0.0, "ext": 0.0, "elsewhere": 0.0}
    for meaning, score in scores.items():
        sums[_PLACE[SUBJECTS.get(meaning, meaning)]] += score
    location = max(_LEAST_SCORE, key=sums.__getitem__)
    if sums[location] <= max(_LEAST_SCORE[location], _LEAST_MAJORITY * sum(sums.values())):
        return "", 0.0
    return location, sums[location]


def _confidence(score: float, least: float) -> int:
    share = min((score - least) / (_SURE - least), 1.0)
    return round(_LOWEST + share * (_HIGHEST - _LOWEST))
