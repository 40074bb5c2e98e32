"""The picture pipeline alone, in this process: the naive variant against `imaging.process`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bench import naive
from bench.alternation import alternate, median_of
from bench.corpora import FORMATS, Corpus, corpora
from bench.measure import cpu_milliseconds
from bench.picture_differences import Difference, compare
from bench.plan import Plan
from bench.result import Bars, Check, Column, Grid, Section
from bench.stages import breakdown
from phx_scraper.imaging import process

Row = tuple[float | None, ...]

# Ours to the naive variant, in CPU.
TARGETS = {"JPEG": 0.22, "WEBP": 0.30, "PNG": 0.34}
LARGEST_PNG = 1.08

COLUMNS = (
    Column("naive", "ms"),
    Column("ours", "ms"),
    Column("ratio", "", 3),
    Column("PNG size ratio", "", 3),
    Column("hash bits off", "", 0),
    Column("pictures not pixel-equal", "", 0),
)


def measure(plan: Plan) -> Section:
    """CPU time of both variants for every corpus and format, and the differences in the results."""
    sets = corpora(plan.pictures)
    rows: list[tuple[str, Row]] = []
    checks: list[Check] = []
    for corpus in sets:
        measured = {name: _row(corpus.files[name], plan.rounds) for name in FORMATS}
        rows += [(f"{corpus.name}, {name}", row) for name, row in measured.items()]
        checks += _checks(corpus, measured)
    return Section(
        "pictures",
        "The picture pipeline: bytes in, two hashes and PNG out; CPU a picture, one thread",
        (Grid("pictures", COLUMNS, tuple(rows)), breakdown(sets[-1].files["JPEG"], plan.rounds)),
        tuple(checks),
        _notes(sets),
        (_chart(rows, sets),),
    )


def _row(files: Sequence[bytes], rounds: int) -> Row:
    variants = {"naive": _cpu_of_all(naive.process, files), "ours": _cpu_of_all(process, files)}
    # The comparison also warms up each variant's imports and tables by size.
    differs: Difference = compare(files)
    found = alternate(variants, rounds)
    theirs = median_of(found["naive"], float) or 0.0
    ours = median_of(found["ours"], float) or 0.0
    return theirs, ours, ours / theirs, differs.size, float(differs.bits), float(differs.unequal)


def _cpu_of_all(variant: Callable[[bytes], object], files: Sequence[bytes]) -> Callable[[], float]:
    """CPU milliseconds a picture."""

    def every_file() -> None:
        for data in files:
            variant(data)

    return lambda: cpu_milliseconds(every_file) / len(files)


def _checks(corpus: Corpus, rows: Mapping[str, Row]) -> list[Check]:
    what = f"pictures: {corpus.name}"
    speed = [
        Check(f"{what}, {name}: CPU to the naive variant's", rows[name][2] or 0.0, at_most=limit, digits=3)
        for name, limit in TARGETS.items()
    ]
    # Drawings compress differently from photos: the target for PNG size applies to photos only.
    size = [Check(f"{what}: PNG bytes to Pillow's level 6", rows["JPEG"][3] or 0.0, at_most=LARGEST_PNG, digits=3)]
    return [
        *speed,
        *(size if corpus.real else []),
        Check(f"{what}: hash bits off imagehash, all formats", _sum(rows, 4), at_most=0, digits=0),
        Check(f"{what}: PNGs not pixel-equal, all formats", _sum(rows, 5), at_most=0, digits=0),
    ]


def _sum(rows: Mapping[str, Row], column: int) -> float:
    return sum(row[column] or 0.0 for row in rows.values())


def _notes(sets: Sequence[Corpus]) -> tuple[str, ...]:
    return (
        *(
            f"{corpus.name.capitalize()}: {corpus.text}; WebP (quality 80) and PNG are the same pixels."
            for corpus in sets
        ),
        "The targets were set on camera photos of 1536x1024 px; listing photos are no wider than 1024 px, so neither "
        "variant reduces them. Ours also measures quality and makes the signature, which the naive variant does not.",
    )


def _chart(rows: Sequence[tuple[str, Row]], sets: Sequence[Corpus]) -> Bars:
    last = sets[-1]
    bars = []
    for name, (theirs, ours, *_) in rows:
        if name.startswith(last.name):
            bars += [(f"{name.split(', ')[1]} naive", theirs or 0.0), (f"{name.split(', ')[1]} ours", ours or 0.0)]
    return Bars("pictures", f"CPU a picture, {last.name} of 1536 px", "milliseconds", tuple(bars))
