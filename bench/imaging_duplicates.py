"""Recall and false pairs of both duplicate rules, by edit: `python -m bench.imaging_duplicates [every]`.

Photos: the captures' listing photos (`neardup/houses`, every one or every n-th), each edited in 47 ways. The limits of
the verified rule were set on every other photo from the first on; recall is given for the others by themselves too.
They are no held-out sample: misses and false pairs among them were inspected while the rule was developed.
Different pairs: all labelled captures, drawn similar pictures and their copies, each against all others; the photos
of each portal listing (`neardup/listings`) against each other, and those of all listings.
"""

from __future__ import annotations

import csv
import itertools
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PIL import Image

from bench.command_line import command_line, perhaps, whole
from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import Options, ProcessedImage, process
from phx_scraper.imaging.duplicates import PLAIN, VERIFIED, Rule, group, hash_distance
from phx_scraper.imaging.duplicates.signature import read_signature
from phx_scraper.imaging.duplicates.verifier import Verifier
from tests.captures import CAPTURES
from tests.unit.imaging.drawings import lookalikes
from tests.unit.imaging.edits import EASY, HARD, MIRRORED
from tests.unit.imaging.pictures import encoded

FOLDER = CAPTURES / "neardup"
OPTIONS = Options(min_width=1, min_height=1, max_dimension=1024)
LEVELS = {"easy": EASY, "hard": HARD, "mirrored": MIRRORED}
RULES = {"plain": PLAIN, "verified": VERIFIED}
Recall = dict[tuple[str, str, str], list[bool]]


def processed(image: Image.Image) -> ProcessedImage:
    return process(encoded(image, "JPEG", quality=92), OPTIONS)


def match_kind(first: ProcessedImage, second: ProcessedImage, rule: Rule) -> str:
    groups = group([replace(first, original_width=100_000), second], rule)
    return groups[0].duplicates[0].kind if groups[0].duplicates else ""


def recall_of(path: Path) -> Recall:
    """(rule, level, edit) -> found, for one photo."""
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    first, found = processed(image), {}
    for (level, edits), (name, rule) in itertools.product(LEVELS.items(), RULES.items()):
        # A photo of 640 px, made 640 px wide, is the same file.
        expected = {"mirror"} if level == "mirrored" else {"near", "same"}
        for edit, change in edits.items():
            found[name, level, edit] = [match_kind(first, processed(change(image)), rule) in expected]
    return found


def labelled() -> list[tuple[str, str]]:
    """(file, group) of every labelled capture."""
    with (FOLDER / "labels.tsv").open(newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    # Other scans of one painting, and the corrupt file, are in no different pair.
    return [(row["file"], row["group"]) for row in rows if "corrupt" not in row["file"]]


def different() -> list[tuple[str, ProcessedImage]]:
    """Pictures with the name of what they show; two of one name may match, two names may not."""
    pictures = [(shown, process((FOLDER / file).read_bytes(), OPTIONS)) for file, shown in labelled()]
    for name, image in lookalikes().items():
        for change in (lambda each: each, EASY["JPEG quality 75"], EASY["640 px wide"]):
            # A picture of a single gradient may be refused as flat.
            with suppress(BadPhoto):
                pictures.append((name, processed(change(image))))
    return [(name, image) for name, image in pictures if not image.flat]


def matcher(rule: Rule, images: list[ProcessedImage]) -> Callable[[int, int], bool]:
    """Whether two of the images match; the verified rule reads all signatures once."""
    if rule == PLAIN:
        return lambda first, second: bool(match_kind(images[first], images[second], rule))
    verifier = Verifier([signature for image in images if (signature := read_signature(image.signature))])
    return lambda first, second: bool(verifier.relation(first, second).kind)


def count_false_pairs(rule: Rule, pictures: list[tuple[str, ProcessedImage]]) -> tuple[int, list[str]]:
    names = [name for name, _ in pictures]
    matches = matcher(rule, [image for _, image in pictures])
    pairs = [pair for pair in itertools.combinations(range(len(names)), 2) if names[pair[0]] != names[pair[1]]]
    return len(pairs), [f"{names[one]} / {names[other]}" for one, other in pairs if matches(one, other)]


def listings() -> list[list[ProcessedImage]]:
    """The photos of each listing, of any size."""
    found: dict[str, list[ProcessedImage]] = defaultdict(list)
    for path in sorted((FOLDER / "listings").glob("*.jpg")):
        found[path.name.split(".")[0]].append(process(path.read_bytes(), OPTIONS))
    return list(found.values())


def report_within_listings(found: list[list[ProcessedImage]], rule: Rule) -> None:
    """Photos of one listing are different photographs, equal bytes apart."""
    groups = [each for images in found for each in group(images, rule)]
    wrong = sum(copy.kind != "same" for each in groups for copy in each.duplicates)
    maybe = sum(len(each.maybe) for each in groups)
    pairs = sum(len(images) * (len(images) - 1) // 2 for images in found)
    print(f"within listings: {wrong} of {pairs} pairs merged beyond equal bytes, {maybe} kept apart as uncertain")


def report_across_listings(images: list[ProcessedImage], at_once: int = 500) -> None:
    """By pHash distance: pairs of any listings that are one photograph by the verified rule.

    Homes are listed again with their old photos, so there are true copies, at small distances.
    """
    kept = [each.kept for each in group(images, Rule("plain", 0, 0))]
    parts = [kept[start : start + at_once] for start in range(0, len(kept), at_once)]
    merged: dict[int, int] = defaultdict(int)
    for one, other in itertools.combinations_with_replacement(range(len(parts)), 2):
        both = parts[one] + (parts[other] if other != one else [])
        matches = matcher(VERIFIED, both)
        size = len(parts[one])
        for first, second in itertools.combinations(range(len(both)), 2):
            if (one == other or first < size <= second) and matches(first, second):
                merged[hash_distance(both[first].phash, both[second].phash)] += 1
    print(f"across {len(kept)} photos of all listings, {len(kept) * (len(kept) - 1) // 2} pairs, one photograph by")
    print(f"  pHash distance: {dict(sorted(merged.items()))}")


def report_recall(found: Recall) -> None:
    print(f"{'edit':46s} {'plain':>7s} {'verified':>9s}")
    for level, edits in LEVELS.items():
        for edit in edits:
            shares = [sum(hits := found[rule, level, edit]) / len(hits) for rule in RULES]
            print(f"{level + ': ' + edit:46s} {shares[0]:7.1%} {shares[1]:9.1%}")
    report_totals(found)


def report_totals(found: Recall) -> None:
    totals: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for (rule, level, _), hits in found.items():
        totals[rule, level] += hits
    for (rule, level), hits in totals.items():
        print(f"recall, {rule} rule, {level}: {sum(hits) / len(hits):.2%} of {len(hits)}")


def main(every: int) -> None:
    photos = sorted((FOLDER / "houses").glob("*.jpg"))[::every]
    found: Recall = defaultdict(list)
    others: Recall = defaultdict(list)
    with ProcessPoolExecutor(2) as pool:
        for number, one in enumerate(pool.map(recall_of, photos)):
            for key, hits in one.items():
                found[key] += hits
                if number % 2:
                    others[key] += hits
    report_recall(found)
    print("every other photo, from the second on:")
    report_totals(others)
    pictures = different()
    for name, rule in RULES.items():
        pairs, false = count_false_pairs(rule, pictures)
        print(f"false pairs, {name} rule: {len(false)} of {pairs} {sorted(set(false))[:8]}")
    shown = listings()
    report_within_listings(shown, VERIFIED)
    report_across_listings([image for images in shown for image in images])
    originals = [image for _, image in pictures[:80]]
    started = time.process_time()
    group(originals, VERIFIED)
    print(f"grouping a home of {len(originals)} photos: {(time.process_time() - started) * 1000:.0f} ms CPU")


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "every", 1, whole(), "take every n-th photo")
    main(parser.parse_args().every)
