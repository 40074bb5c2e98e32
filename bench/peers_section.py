"""Our crawl against programs that do parts of it, on the same photos and the same server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench.alternation import alternate, median_of
from bench.crawls import Bench, CrawlCost
from bench.peers import LEVEL_1, OUT, Peer, installed, versions
from bench.plan import WORK, Plan
from bench.result import Bars, Check, Column, Grid, Section

OURS = "ours, the whole job"
COLUMNS = (
    Column("pictures", "1/s"),
    Column("CPU a picture", "ms"),
    Column("the same without start-up", "ms"),
    Column("peak memory", "MB", 0),
    Column("pictures", "", 0),
)
_TITLE = "Peers: the same photos from the same server"
_ABSENT = "Not measured: img2dataset and gallery-dl are not in .bench-venv; `sh bench/peers.sh` puts them there."
_FEW_HOMES = 1
_WHAT_EACH_DOES = (
    "Ours is given addresses: it finds and reads the listings, fetches the photos, keeps each original, makes two "
    "hashes, measures quality, compares, reduces to 1024 px (Lanczos), writes PNG and catalogue, both synced to "
    "the disk, and at the end folders and JSON files.",
    "img2dataset is given the photos' addresses: it fetches them, reduces them to 1024 px and writes PNG and one JSON "
    "file a picture, not synced; two processes of 16 threads. gallery-dl is given them too, and only fetches and "
    "writes them, one after the other. Neither hashes, compares or keeps the original beside a PNG.",
    "Start-up is left out by the difference between all homes and one.",
)

Row = tuple[float | None, ...]


def measure(plan: Plan) -> Section:
    """Every program on all photos and on one home's; the difference is what a picture costs without start-up."""
    peers = installed()
    if not peers:
        return Section("peers", _TITLE, notes=(_ABSENT,))
    with plan.replica(plan.homes) as (replica, homes):
        bench = Bench(WORK / "peers", replica, homes)
        bench.ours("first")
        listed = bench.photo_urls("first")
        few = _write(bench.folder / "few.txt", listed[:_FEW_HOMES])
        every = _write(bench.folder / "every.txt", listed)
        found = alternate(_ways(bench, peers, every), plan.rounds)
        small = alternate(_ways(bench, peers, few, _FEW_HOMES), plan.rounds)
        bench.remove("first", "ours", OUT)
    return _section({name: _figures(found[name], small[name]) for name in found}, sum(map(len, listed)))


def _ways(
    bench: Bench, peers: Sequence[Peer], urls: Path, limit: int | None = None
) -> dict[str, Callable[[], CrawlCost]]:
    variants: dict[str, Callable[[], CrawlCost]] = {OURS: partial(bench.ours, limit=limit)}
    for peer in peers:
        variants[peer.name] = partial(peer.run, bench, urls)
    return variants


def _write(path: Path, homes: Sequence[Sequence[str]]) -> Path:
    path.write_text("".join(f"{url}\n" for urls in homes for url in urls), encoding="utf-8")
    return path


def _figures(found: Sequence[CrawlCost], small: Sequence[CrawlCost]) -> Row:
    cpu, few_cpu = (median_of(results, lambda crawl: crawl.cost.cpu) or 0.0 for results in (found, small))
    pictures, few = found[0].pictures, small[0].pictures
    return (
        median_of(found, lambda crawl: crawl.pictures_a_second),
        median_of(found, lambda crawl: crawl.cpu_a_picture),
        (cpu - few_cpu) * 1000 / (pictures - few) if pictures > few else None,
        median_of(found, lambda crawl: crawl.cost.peak_mb),
        float(pictures),
    )


def _section(rows: dict[str, Row], listed: int) -> Section:
    known = ", ".join(f"{name} {version}" for name, version in versions().items())
    return Section(
        "peers",
        _TITLE,
        (Grid("program", COLUMNS, tuple(rows.items())),),
        _checks(rows, listed),
        (*_WHAT_EACH_DOES, f"Versions: {known or 'unknown'}."),
        (Bars("peers", "CPU a picture", "milliseconds", tuple((name, row[1] or 0.0) for name, row in rows.items())),),
    )


def _checks(rows: dict[str, Row], listed: int) -> tuple[Check, ...]:
    # Rows hold None only where a program collected nothing, which aborts the benchmark before this.
    rate, cpu = (value or 0.0 for value in rows[OURS][:2])
    level_1 = [row for name, row in rows.items() if name.startswith(LEVEL_1)]
    their_rate = max((row[0] or 0.0 for row in level_1), default=None)
    their_cpu = min((row[1] or 0.0 for row in level_1), default=None)
    missed = sum(listed - (row[4] or 0.0) for row in rows.values())
    checks = [Check(f"peers: pictures of {listed} that any program missed", missed, at_most=0, digits=0)]
    if their_rate is not None and their_cpu is not None:
        checks += [
            Check("peers: CPU a picture, ours to img2dataset's level 1, the cheaper", cpu / their_cpu, at_most=1.0),
            Check(
                "peers: pictures a second, ours to img2dataset's level 1, the faster", rate / their_rate, at_least=1.0
            ),
        ]
    return tuple(checks)
