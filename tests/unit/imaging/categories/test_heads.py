"""Heads learn from labelled pictures, say no to what they do not know, and stay away where they are no better."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from phx_scraper.errors import VisionUnavailable
from phx_scraper.imaging.categories.heads import ACCEPTED, Heads, confidences
from phx_scraper.imaging.categories.heads_file import heads_text, read_heads
from phx_scraper.imaging.categories.heads_fit import fit_gate, fit_threshold
from phx_scraper.imaging.categories.heads_learning import learn
from phx_scraper.imaging.categories.heads_validation import Example
from phx_scraper.imaging.categories.vision_network import Sight
from phx_scraper.model.subjects import SUBJECTS

LABELS = ("bathroom", "front", "kitchen", "floor_plan")
NOTHING_SEEN = np.zeros(1000, np.float32)
_CENTRES = np.random.default_rng(1).gamma(0.3, 1.0, (6, 1280))


def sight(subject: int, seed: int, spread: float = 0.5) -> Sight:
    """Features around a subject's centre, of at least 0 as the model's are."""
    noise = np.random.default_rng(seed).normal(0, spread, 1280)
    return Sight(np.maximum(_CENTRES[subject] + noise, 0).astype(np.float32), NOTHING_SEEN)


def examples(homes: int = 12, labels: Sequence[str] = LABELS) -> list[Example]:
    return [
        Example(sight(number, home * 100 + number), label, f"home {home}")
        for home in range(homes)
        for number, label in enumerate(labels)
    ]


@pytest.fixture(scope="module")
def heads() -> Heads:
    learned = learn(examples(), "model").heads
    assert learned is not None
    return learned


def test_they_judge_pictures_of_other_homes(heads: Heads) -> None:
    for number, label in enumerate(LABELS):
        verdict = heads.judge(sight(number, 5000 + number).features)
        assert verdict is not None
        assert verdict.label == label
        assert verdict.confidence >= ACCEPTED


@pytest.mark.parametrize("stranger", [4, 5])
def test_they_say_no_to_what_they_never_saw(heads: Heads, stranger: int) -> None:
    assert heads.judge(sight(stranger, 7000).features) is None
    assert heads.judge(np.zeros(1280, np.float32)) is None


def test_a_picture_between_two_subjects_is_neither_for_sure(heads: Heads) -> None:
    between = (sight(0, 1).features + sight(2, 2).features) / 2
    verdict = heads.judge(between)
    assert verdict is None or verdict.confidence < ACCEPTED


def test_the_order_of_examples_does_not_matter(heads: Heads) -> None:
    again = learn(examples()[::-1], "model").heads
    assert again is not None
    assert heads_text(again) == heads_text(heads)


def test_what_was_learned_is_told() -> None:
    lesson = learn(examples(), "model")
    assert lesson.heads is not None
    assert lesson.heads.counts == dict.fromkeys(LABELS, 12)
    assert {said for label, said in lesson.confusion if said != label} <= {"unknown"}
    assert sum(lesson.confusion.values()) == 48
    assert lesson.right >= 0.9
    assert (lesson.precision, lesson.table_right) == (1.0, 0.0)
    assert lesson.sentence.startswith("Learned from 48 pictures: of homes not learned from, 9")


def test_labels_that_mean_nothing_teach_nothing() -> None:
    rng = np.random.default_rng(3)
    shuffled = [replace(example, label=str(rng.choice(["kitchen", "bedroom"]))) for example in examples(15)]
    lesson = learn([replace(e, sight=sight(4, n)) for n, e in enumerate(shuffled)], "model")
    accepted = sum(number for (_, said), number in lesson.confusion.items() if said != "unknown")
    assert lesson.heads is None or accepted < len(shuffled) / 2


def test_where_the_table_is_as_good_nothing_is_kept() -> None:
    kitchen, bathroom = NOTHING_SEEN.copy(), NOTHING_SEEN.copy()
    kitchen[[827, 760]], bathroom[[861, 896]] = 14.0, 14.0
    known = [
        Example(
            replace(example.sight, logits=kitchen if example.label == "kitchen" else bathroom),
            example.label,
            example.group,
        )
        for example in examples(labels=("kitchen", "bathroom"))
    ]
    lesson = learn(known, "model")
    assert lesson.heads is None
    assert "the ImageNet table or always the same answer is as good" in lesson.sentence


@pytest.mark.parametrize(
    "few",
    [
        pytest.param([], id="none"),
        pytest.param(examples(3), id="three of each"),
        pytest.param(examples(9, ["kitchen"]), id="one subject"),
        pytest.param([replace(e, group="one") for e in examples(9)], id="one home"),
    ],
)
def test_too_few_examples_teach_nothing(few: list[Example]) -> None:
    lesson = learn(few, "model")
    assert lesson.heads is None
    assert "it takes pictures of 4 homes or more" in lesson.sentence


def test_of_many_examples_some_are_enough() -> None:
    lesson = learn(examples(260, ("bathroom", "front")), "model")
    assert lesson.heads is not None
    assert lesson.heads.counts == {"bathroom": 200, "front": 200}
    assert len(lesson.heads.examples) == 64


def test_they_are_the_same_after_they_were_written(heads: Heads) -> None:
    text = heads_text(heads)
    again = read_heads(text, "heads.json")
    assert heads_text(again) == text
    assert again.judge(sight(1, 42).features) == heads.judge(sight(1, 42).features)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"labels": []},
        {"labels": ["kitchen", "ballroom", "front", "bathroom"]},
        {"labels": ["kitchen"]},
        {"gate": None},
        {"slope": float("nan")},
        {"weights": "AAAA"},
        {"weights": "no base64!"},
        {"examples": 7},
        {"counts": []},
    ],
)
def test_a_damaged_file_is_named(heads: Heads, change: dict[str, object]) -> None:
    damaged = json.dumps(json.loads(heads_text(heads)) | change)
    with pytest.raises(VisionUnavailable, match=r"heads\.json is damaged; `scrapy categorise --learn` writes it again"):
        read_heads(damaged, "heads.json")


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "{", "[" * 99_999])
def test_what_is_no_file_of_heads_is_named(text: str) -> None:
    with pytest.raises(VisionUnavailable, match="is damaged"):
        read_heads(text, "heads.json")


def test_the_threshold_is_the_least_that_keeps_the_wanted_precision() -> None:
    shares = np.array([0.99, 0.9, 0.8, 0.7, 0.6])
    assert fit_threshold(shares, np.array([True, True, True, False, True])) == 0.8
    assert fit_threshold(shares, np.array([False, True, True, True, True])) > 1


def test_the_gate_needs_other_homes() -> None:
    pictures = np.eye(6, 1280)
    assert fit_gate(pictures, np.array(["one"] * 6)) > 1
    assert fit_gate(pictures, np.array(list("abcdef"))) == 0


def test_confidence_is_at_its_bound_where_verdicts_are_accepted() -> None:
    margins = np.log(np.array([0.49, 0.7, 0.85, 0.92, 0.99]) / (1 - np.array([0.49, 0.7, 0.85, 0.92, 0.99])))
    assert confidences(margins, 0.9).tolist() == [0, 70, 79, 92, 99]
    assert confidences(margins, 0.65).tolist() == [0, 80, 85, 92, 99]


def test_what_is_like_no_example_is_judged_where_the_table_sees_it_in_the_right_place(heads: Heads) -> None:
    strange = replace(heads, gate=1.1)
    features = sight(0, 1).features
    verdict = heads.judge(features)
    assert verdict is not None
    place = SUBJECTS[verdict.label]
    assert strange.judge(features, place) == verdict
    elsewhere = "ext" if place == "int" else "int"
    assert strange.judge(features) is strange.judge(features, elsewhere) is None


def test_one_and_the_same_answer_is_nothing_learned() -> None:
    common = [Example(sight(4, number), "kitchen", f"home {number}") for number in range(20)]
    rare = [Example(sight(4, 100 + number), "bedroom", f"home {number}") for number in range(4)]
    lesson = learn([*common, *rare], "model")
    assert lesson.heads is None
