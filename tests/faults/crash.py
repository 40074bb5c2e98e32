"""Disturbs the real command while it crawls a real replica, runs it again, and compares with an undisturbed run."""

from __future__ import annotations

import select
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phx_scraper.imaging import worker
from phx_scraper.replica import Options, Replica, running
from phx_scraper.storage import crash_points, paths, schema
from phx_scraper.storage.catalogue import Catalogue
from phx_scraper.storage.files import FileStore
from phx_scraper.storage.snapshot import Snapshot, differences, snapshot
from tests.integration import crawls

ADDRESSES = (
    "4732 W Davis Rd, Glendale, AZ 85306",
    "4560 E Sunrise Dr, Phoenix, AZ 85044",
    "1010 N 37th St, Phoenix, AZ 85008",
    "15230 N 37th Way, Phoenix, AZ 85032",
    "4141 W Cielo Grande, Glendale, AZ 85310",
)
KILLED = 137
# What the settings allow between a request and the catalogue: photos (two per image worker and twelve more), and one
# page of each visit in hand (PHX_CONCURRENT_HOMES at each source).
IMAGE_WORKERS = 2
IN_FLIGHT = IMAGE_WORKERS * 2 + 12 + 3 * len(crawls.ALL_SOURCES)
SETTINGS = {"PHX_IMAGE_WORKERS": IMAGE_WORKERS}
DEADLINE_SECONDS = 120.0

Disturb = Callable[[subprocess.Popen[bytes]], None]


@dataclass(frozen=True)
class Ground:
    """A replica, a list of homes, and what an undisturbed crawl of it leaves behind in how many seconds."""

    replica: Replica
    homes: Path
    folder: Path
    plain: Snapshot
    urls: Mapping[str, int]
    seconds: float


@dataclass(frozen=True)
class Seen:
    """What came of a disturbed crawl and its rerun; `refetched` counts requests beyond those of the plain run."""

    what: str
    first_code: int
    second_code: int
    differences: tuple[str, ...]
    refetched: int
    repeated: tuple[str, ...] = ()
    stored_before: int = 0
    problems: tuple[str, ...] = field(default=())

    @property
    def is_good(self) -> bool:
        """Nothing lost, doubled, damaged or stray, and no more fetched again than was in flight."""
        lost = self.differences or self.repeated or self.problems
        return not lost and self.refetched <= IN_FLIGHT and self.second_code in {0, 1}

    def __str__(self) -> str:
        verdict = "good" if self.is_good else f"BAD {[*self.differences, *self.repeated, *self.problems][:3]}"
        return (
            f"{self.what}: exit {self.first_code}, {self.stored_before} photos stored; rerun exit {self.second_code},"
            f" {self.refetched} fetched again; {verdict}"
        )


@contextmanager
def ground(folder: Path, homes: Sequence[str] = ADDRESSES, **options: Any) -> Iterator[Ground]:
    """Start a replica and crawl the list once without disturbance."""
    listed = folder / "homes.csv"
    listed.write_text("full_address\n" + "".join(f'"{home}"\n' for home in homes), encoding="utf-8")
    chosen: dict[str, Any] = {"cache": folder / "pictures", "photos": (6, 9), "width": 480, **options}
    with running(Options(**chosen)) as replica:
        crawls.crawl("all", folder / "warming", replica.url, SETTINGS, addresses=listed)
        replica.reset()
        began = time.monotonic()
        result = crawls.crawl("all", folder / "plain", replica.url, SETTINGS, addresses=listed)
        seconds = time.monotonic() - began
        assert result.code in {0, 1}, result.output
        yield Ground(replica, listed, folder, state(folder / "plain"), replica.urls(), seconds)


def state(store: Path) -> Snapshot:
    """Everything that two runs must agree on."""
    catalogue, files = Catalogue.open(store / paths.CATALOGUE), FileStore(store)
    try:
        return snapshot(catalogue, files)
    finally:
        catalogue.close()


def kill_after(seconds: float) -> Disturb:
    """kill -9 after a time, unless the crawl ended before."""

    def disturb(process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()

    return disturb


def kill_during(replica: Replica, requests: int, seconds: float) -> Disturb:
    """kill -9 a moment after the replica has seen so many requests, however fast the machine is just now."""

    def disturb(process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + DEADLINE_SECONDS
        while process.poll() is None and crawls.requests(replica) < requests and time.monotonic() < until:
            select.select([], [], [], 0.01)
        kill_after(seconds)(process)

    return disturb


def signal_after(replica: Replica, requests: int, *signals: signal.Signals) -> Disturb:
    """Signals once the replica has seen so many photo requests."""

    def disturb(process: subprocess.Popen[bytes]) -> None:
        crawls.wait_for_requests(replica, requests, crawls.PHOTOS)
        for one in signals:
            process.send_signal(one)

    return disturb


def let_be(_process: subprocess.Popen[bytes]) -> None:
    """For crawls that disturb themselves."""


def disturbed(
    ground: Ground,
    name: str,
    disturb: Disturb = let_be,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> Seen:
    """One crawl with a disturbance, then the same command again. `program` stands in for `python -m scrapy`."""
    store = ground.folder / name
    ground.replica.reset()
    chosen = {**SETTINGS, **(settings or {})}
    line = crawls.command("all", store, ground.replica.url, {"addresses": ground.homes}, chosen)
    line = [line[0], *program, *line[3:]] if program else line
    process = subprocess.Popen(
        line,
        cwd=crawls.REPOSITORY,
        env={**crawls.environment(), **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    disturb(process)
    first_code = process.wait(DEADLINE_SECONDS)
    asked, settled = ground.replica.urls(), settled_photos(store)
    second = crawls.crawl("all", store, ground.replica.url, chosen, addresses=ground.homes)
    return _seen(ground, name, store, first_code, second.code, asked, settled)


def crashed_at(ground: Ground, point: str) -> Seen:
    """A crawl that dies at a named point, and its rerun."""
    return disturbed(ground, point.replace(":", "-"), environment={crash_points.VARIABLE: point})


def crashed_in_a_row(ground: Ground, points: Sequence[str]) -> tuple[list[int], Seen]:
    """Crawls of one store that die one after another, the last excepted; the exit codes, and what came of all."""
    store = ground.folder / "in-a-row"
    ground.replica.reset()
    line = crawls.command("all", store, ground.replica.url, {"addresses": ground.homes}, SETTINGS)
    codes, repeated = [], set()
    settled: set[str] = set()
    asked: Mapping[str, int] = {}
    for point in [*points, ""]:
        environment = {**crawls.environment(), crash_points.VARIABLE: point}
        done = subprocess.run(
            line, cwd=crawls.REPOSITORY, env=environment, capture_output=True, timeout=DEADLINE_SECONDS, check=False
        )
        now = ground.replica.urls()
        repeated |= {url for url in settled if now.get(url, 0) > asked.get(url, 0)}
        codes.append(done.returncode)
        settled, asked = settled_photos(store), now
    # Each of them may have had its share in flight; what they shared was finished is never asked for again.
    lost = tuple(differences(ground.plain, state(store)))
    return codes[:-1], Seen("in-a-row", codes[0], codes[-1], lost, 0, tuple(sorted(repeated)), len(settled))


def disk_failed(ground: Ground, fault: str) -> Seen:
    """A crawl on a disk whose n-th call of a kind fails (`write:9:ENOSPC`), and its rerun on a sound one."""
    return disturbed(ground, fault.replace(":", "-"), program=("-m", "tests.faults.disk_shim", fault))


@dataclass(frozen=True)
class Decoded:
    """How a crawl ended whose decoder failed on one picture: photos failed by reason, beyond those of the plain run."""

    first_code: int
    failures: Mapping[str, int]
    others_unchanged: bool


def decoder_failed(ground: Ground, fault: str) -> Decoded:
    """A crawl in which the decoder of one picture aborts or hangs."""
    plain, store = ground.folder / "plain", ground.folder / f"decoder-{fault}"
    states = "SELECT source, key, state, reason, raw_sha256 FROM photos"
    once = "SELECT min(raw_sha256) FROM photos WHERE state = 'stored' GROUP BY raw_sha256 HAVING count(*) = 1"
    victim = crawls.rows(plain, once)[0][0]
    ground.replica.reset()
    line = crawls.command(
        "all", store, ground.replica.url, {"addresses": ground.homes}, {**SETTINGS, "PHX_DECODER_TIMEOUT": 5}
    )
    environment = {**crawls.environment(), worker.FAULT: f"{fault}:{victim}"}
    done = subprocess.run(
        line, cwd=crawls.REPOSITORY, env=environment, capture_output=True, timeout=DEADLINE_SECONDS, check=False
    )
    before = {row[:2]: row[2:] for row in crawls.rows(plain, states)}
    after = {row[:2]: row[2:] for row in crawls.rows(store, states)}
    hit = [key for key, row in before.items() if row[2] == victim]
    return Decoded(
        first_code=done.returncode,
        failures=Counter(after[key][1] for key in hit),
        # A copy of the victim may now be the best one there is; whatever had a picture still has one.
        others_unchanged=all(
            _has_picture(row) == _has_picture(after[key]) for key, row in before.items() if key not in hit
        ),
    )


def _has_picture(row: tuple[Any, ...]) -> bool:
    return row[0] in {"stored", "duplicate"}


def settled_photos(store: Path) -> set[str]:
    """Addresses (host and path) of the photos that the catalogue holds as final."""
    path = store / paths.CATALOGUE
    if not path.exists():
        return set()
    catalogue = Catalogue.open(path)
    try:
        with catalogue.reading() as connection:
            rows = connection.execute(schema.photos.select().where(schema.photos.c.state != "pending"))
            return {"/" + row.fetched_url.partition("://")[2] for row in rows if row.fetched_url}
    finally:
        catalogue.close()


def _seen(
    ground: Ground, name: str, store: Path, first: int, second: int, asked: Mapping[str, int], settled: set[str]
) -> Seen:
    after = ground.replica.urls()
    beyond = sum(max(0, number - ground.urls.get(url, 0)) for url, number in after.items())
    again = {url for url, number in after.items() if number > asked.get(url, 0)}
    return Seen(
        what=name,
        first_code=first,
        second_code=second,
        differences=tuple(differences(ground.plain, state(store))),
        refetched=beyond,
        repeated=tuple(f"asked again though stored: {url}" for url in sorted(again & settled)),
        stored_before=len(settled),
    )
