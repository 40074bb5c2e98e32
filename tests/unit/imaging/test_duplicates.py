"""Which copies are found, which copy is kept, and that nothing else is (fault matrix 21-22)."""

from __future__ import annotations

import csv
import itertools
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from phx_scraper.errors import BadPhoto, UsageError
from phx_scraper.imaging import Options, ProcessedImage, process
from phx_scraper.imaging.duplicates import PLAIN, VERIFIED, Group, Rule, best_first, group
from tests.captures import CAPTURES, needs_captures
from tests.unit.imaging.drawings import lookalikes, sketch
from tests.unit.imaging.edits import EASY, HARD, MIRRORED
from tests.unit.imaging.pictures import SMALL, encoded, room

# Decoding and comparing are what these tests are about; a small stored copy saves most of the time.
QUICK = Options(max_dimension=512, min_width=64, min_height=64)


@dataclass(frozen=True)
class Shown:
    """A photo as a catalogue row would offer it, every field of the order settable."""

    raw_sha256: str
    phash: str = "0f0f0f0f0f0f0f0f"
    dhash: str = "1212121212121212"
    original_width: int = 800
    original_height: int = 600
    original_format: str = "JPEG"
    signature: bytes = b""
    flat: bool = False
    source_priority: int | None = None
    raw_bytes: int | None = None
    content_hash: str = ""
    kind: str = ""


def kept(groups: list[Group[Shown]]) -> list[str]:
    return [each.kept.raw_sha256 for each in groups]


def test_plain_rule_needs_both_distances() -> None:
    first = Shown("a")
    at = {"phash": f"{0x0F0F0F0F0F0F0F0F ^ 0xFF:016x}", "dhash": f"{0x1212121212121212 ^ 0xFFF:016x}"}
    over = {"phash": f"{0x0F0F0F0F0F0F0F0F ^ 0x1FF:016x}", "dhash": f"{0x1212121212121212 ^ 0x1FFF:016x}"}
    [only] = group([first, Shown("b", **at)], PLAIN)
    assert (only.duplicates[0].distance, only.duplicates[0].kind) == (8, "near")
    for name in ("phash", "dhash"):
        assert len(group([first, Shown("b", **{**at, name: over[name]})], PLAIN)) == 2
    assert len(group([first, Shown("b", **over)], Rule("plain", 9, 13))) == 1


def test_equal_bytes_are_always_copies() -> None:
    for rule in (PLAIN, VERIFIED):
        flat = [Shown("a", flat=True), Shown("a", flat=True, source_priority=2)]
        drawn = [Shown("c", kind="sketch", content_hash="same"), Shown("d", kind="sketch", content_hash="same")]
        for pair in (flat, drawn):
            [only] = group(pair, rule)
            assert only.duplicates[0].kind == "same"


def test_flat_pictures_and_sketches_never_match_by_hash() -> None:
    for change in ({"flat": True}, {"kind": "sketch"}):
        for rule in (PLAIN, VERIFIED):
            assert len(group([Shown("a", **change), Shown("b", **change), Shown("c")], rule)) == 3


def test_the_best_copy_has_most_pixels_then_least_processing_then_best_source() -> None:
    best = Shown("e", original_width=900)
    ranks = [
        best,
        Shown("d", original_format="PNG"),
        Shown("f", raw_bytes=900),
        Shown("g", raw_bytes=800, source_priority=1),
        Shown("h", raw_bytes=800, source_priority=2),
        Shown("b", raw_bytes=800),
        Shown("c", raw_bytes=800),
        Shown("a", original_format="WEBP", raw_bytes=9000),
    ]
    assert sorted(ranks[3:] + ranks[:3], key=best_first) == ranks
    [only] = group(ranks[::-1], PLAIN)
    assert only.kept is best
    assert [each.image for each in only.duplicates] == ranks[1:]


def test_no_chain_of_copies_groups_two_different_pictures() -> None:
    near = [Shown(name, phash=f"{bits:016x}", dhash="0" * 16) for name, bits in (("a", 0), ("b", 0xFF), ("c", 0xFFFF))]
    assert kept(group(near, PLAIN)) == ["a", "c"]


hashes = st.integers(0, 2**12 - 1).map(lambda bits: f"{bits:016x}")
photos = st.builds(
    Shown,
    raw_sha256=st.integers(0, 30).map(str),
    phash=hashes,
    dhash=hashes,
    original_width=st.sampled_from([640, 800]),
    original_format=st.sampled_from(["JPEG", "WEBP", "PNG"]),
    flat=st.booleans(),
)


def unique(images: list[Shown]) -> list[Shown]:
    return list({image.raw_sha256: image for image in images}.values())


@settings(max_examples=150)
@given(st.lists(photos, max_size=12).map(unique), st.randoms(use_true_random=False))
def test_grouping_does_not_depend_on_the_order_of_arrival(images: list[Shown], random: object) -> None:
    shuffled = images.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = group(images, PLAIN), group(shuffled, PLAIN)
    assert first == second
    everyone = [each.kept for each in first] + [copy.image for each in first for copy in each.duplicates]
    assert sorted(everyone, key=best_first) == sorted(images, key=best_first)
    assert all(best_first(each.kept) < best_first(copy.image) for each in first for copy in each.duplicates)


@settings(max_examples=50)
@given(st.lists(photos, min_size=2, max_size=10).map(unique), st.data())
def test_a_copy_that_failed_changes_only_its_own_group(images: list[Shown], data: st.DataObject) -> None:
    whole = group(images, PLAIN)
    copies = [copy.image for each in whole for copy in each.duplicates]
    if copies:
        gone = data.draw(st.sampled_from(copies))
        rest = group([image for image in images if image is not gone], PLAIN)
        assert kept(rest) == kept(whole)


def test_unusable_rules_are_named() -> None:
    for wrong in ({"name": "fuzzy"}, {"distance": -1}, {"dhash_distance": 65}):
        with pytest.raises(UsageError):
            replace(PLAIN, **wrong)  # type: ignore[arg-type]


def seen(image: Image.Image, options: Options = QUICK) -> ProcessedImage:
    return process(encoded(image, "JPEG", quality=92), options)


def kinds(images: list[ProcessedImage], rule: Rule = VERIFIED) -> list[str]:
    """The kind of tie of each image with the first one, which is made the best; `-` for none."""
    images = [replace(images[0], original_width=10_000), *images[1:]]
    ties = {copy.image.raw_sha256: copy.kind for each in group(images, rule) for copy in each.duplicates}
    return [ties.get(image.raw_sha256, "-") for image in images[1:]]


def test_without_a_signature_the_verified_rule_uses_the_plain_one() -> None:
    first, second = seen(room(1, (900, 600))), seen(EASY["640 px wide"](room(1, (900, 600))))
    for change in (b"", b"\1\0\0", b"\x09unknown", first.signature[:40]):
        assert kinds([first, replace(second, signature=change)]) == ["near"]
        assert kinds([first, replace(second, signature=change, phash="f" * 16)]) == ["-"]


def test_signatures_are_small_and_repeatable() -> None:
    image = room(2, (1500, 1000))
    assert seen(image).signature == seen(image).signature
    assert 1000 < len(seen(image).signature) < 16_384


def test_copies_of_drawn_rooms_are_found_and_different_rooms_are_not() -> None:
    rooms = {seed: room(seed, (900, 600)) for seed in range(20, 24)}
    for image in rooms.values():
        copies = [seen(edit(image)) for edit in (EASY["640 px wide"], HARD["crop 5 % a side"], MIRRORED["mirrored"])]
        assert kinds([seen(image), *copies]) == ["near", "near", "mirror"]
    assert len(group([seen(image) for image in rooms.values()])) == len(rooms)


@pytest.mark.slow
def test_similar_drawings_are_no_copies_but_their_copies_are() -> None:
    drawn: dict[str, ProcessedImage] = {}
    for name, image in lookalikes().items():
        try:
            drawn[name] = seen(image)
        except BadPhoto as error:
            assert error.reason == "flat"  # noqa: PT017  (not every wash is flat)
    assert len(drawn) > 50
    assert len(group(list(drawn.values()))) == len(drawn)
    for name in ("plan 3", "map 0, lot 12", "card NO PHOTO", "logo 2", "sketch 5"):
        image = lookalikes()[name]
        copy = seen(EASY["WebP quality 60"](image))
        assert kinds([drawn[name], copy]) == ["near"], name
        assert kinds([drawn[name], seen(MIRRORED["mirrored"](image))]) == ["-"], name


def test_sketches_marked_as_such_need_equal_bytes() -> None:
    first = seen(sketch(1))
    marked = [Shown(raw, signature=first.signature, kind="sketch") for raw in ("a", "b")]
    assert len(group(marked)) == 2


def labelled() -> list[dict[str, str]]:
    with Path(CAPTURES / "neardup" / "labels.tsv").open(newline="") as lines:
        return [row for row in csv.DictReader(lines, delimiter="\t") if "corrupt" not in row["file"]]


def captured(name: str) -> ProcessedImage:
    return process((CAPTURES / "neardup" / name).read_bytes(), replace(SMALL, max_dimension=512))


MIRRORS = {"imagededup-mixed/ukbench00120_hflip.jpg", "pdq-dihedral/bridge-6-flipy.jpg"}


@needs_captures
@pytest.mark.slow
def test_labelled_pairs_of_the_captures() -> None:
    rows = labelled()
    images = {row["file"]: captured(row["file"]) for row in rows}
    anchors = {row["group"]: row["file"] for row in reversed(rows) if row["expect_match"] == "-"}
    for row in rows:
        if row["file"] == (anchor := anchors.get(row["group"])) or anchor is None:
            continue
        [tie] = kinds([images[anchor], images[row["file"]]])
        if row["file"] in MIRRORS:
            assert tie == "mirror", row["file"]
        elif row["expect_match"] == "yes":
            assert tie in {"near", "same"}, row["file"]
        elif row["expect_match"] == "no":
            assert tie == "-", row["file"]
    distinct = [
        row["file"] for row in rows if row["expect_match"] == "-" or row["relation_to_group_anchor"] == "distinct"
    ]
    groups = group([images[name] for name in distinct])
    assert [each.duplicates for each in groups if each.duplicates] == []
    assert len(groups) == len(distinct) > 100


@needs_captures
@pytest.mark.slow
def test_recall_on_edited_listing_photos() -> None:
    paths = sorted((CAPTURES / "neardup" / "houses").glob("*.jpg"))[5::17]
    assert len(paths) >= 5
    found: dict[str, list[bool]] = {"easy": [], "hard": [], "mirror": []}
    for path, (level, edits) in itertools.product(paths, (("easy", EASY), ("hard", HARD), ("mirror", MIRRORED))):
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        ties = kinds([seen(image), *(seen(edit(image)) for edit in edits.values())])
        # A photo of 640 px, made 640 px wide, is the same file.
        found[level] += [tie in ({"mirror"} if level == "mirror" else {"near", "same"}) for tie in ties]
    recall = {level: sum(hits) / len(hits) for level, hits in found.items()}
    assert recall["easy"] >= 0.99
    assert recall["hard"] >= 0.95
    assert recall["mirror"] >= 0.95
