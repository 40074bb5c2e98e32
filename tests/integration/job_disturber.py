"""Kills, pauses and wipes what carries out jobs, one thing after another; and looks whether two do the same at once."""

from __future__ import annotations

import random
import re
import select
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.integration.api_process import ApiProcess
from tests.integration.worker_runs import Workplace, command_line, crawl_of, descendants, kill

PAUSE_SECONDS = 30.0
"""Longer than a lease."""
AWAY_SECONDS = (60.0, 4.0, 9.0)
"""For which PostgreSQL is away: the first time, and by turns afterwards."""
_LIST = re.compile(rb"addresses=[^\0]*/([0-9a-f]+-\d+)-\d+\.csv")


class Disturber:
    """Does one thing after another to workers, the API, Redis, PostgreSQL; each kind once before any comes again."""

    def __init__(self, place: Workplace, api: ApiProcess, workers: int, chance: random.Random) -> None:
        self.place = place
        self.api = api
        self.chance = chance
        self.paused: list[tuple[float, list[int]]] = []
        self.log: list[str] = []
        self._away = 0
        self._left: list[str] = []
        self.workers = [place.worker() for _ in range(workers)]
        self._kinds: dict[str, Callable[[int], None]] = {
            "kill worker": self._kill_worker,
            "kill crawl": self._kill_crawl,
            "kill horse": self._kill_horse,
            "pause": self._pause,
            "leave": self._leave,
            "kill api": self._kill_api,
            "kill redis": self._kill_redis,
            "wipe redis": lambda _: self.place.redis.wipe(),
            **({"stop postgresql": self._stop_server} if place.server else {}),
        }

    def disturb(self) -> None:
        """One of them, at a worker by chance."""
        if not self._left:
            self._left = self.chance.sample(list(self._kinds), len(self._kinds))
        number, what = self.chance.randrange(len(self.workers)), self._left.pop()
        self.log.append(f"{what} {number}")
        self._kinds[what](number)

    def supervise(self) -> None:
        """Start again what has ended, as a supervisor does."""
        assert self.api.process.poll() is None, f"the API ended by itself\n{self.api.log()}"
        for number, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.workers[number] = self.place.worker()

    def wake(self, all_of_them: bool = False) -> None:
        """Those whose time has come."""
        due = [one for one in self.paused if all_of_them or one[0] <= time.monotonic()]
        for one in due:
            self.paused.remove(one)
            for pid in one[1]:
                kill(pid, signal.SIGCONT)

    def _kill_worker(self, number: int) -> None:
        kill(self.workers[number].pid)
        self.workers[number].wait()

    def _leave(self, number: int) -> None:
        kill(self.workers[number].pid, signal.SIGTERM)

    def _kill_crawl(self, number: int) -> None:
        _kill_one(crawl_of(self.workers[number]))

    def _kill_horse(self, number: int) -> None:
        _kill_one(next(iter(descendants(self.workers[number].pid)), None))

    def _pause(self, number: int) -> None:
        pids = [self.workers[number].pid, *descendants(self.workers[number].pid)]
        for pid in pids:
            kill(pid, signal.SIGSTOP)
        self.paused.append((time.monotonic() + PAUSE_SECONDS, pids))

    def _kill_api(self, _number: int) -> None:
        self.api.kill()
        rest(self.chance.uniform(0, 4))
        self.api.start()

    def _kill_redis(self, _number: int) -> None:
        self.place.redis.kill()
        rest(self.chance.uniform(0.5, 8))
        self.place.redis.start()

    def _stop_server(self, _number: int) -> None:
        assert self.place.server
        seconds = AWAY_SECONDS[self._away] if self._away < len(AWAY_SECONDS) else AWAY_SECONDS[1]
        self._away += 1
        self.log[-1] = f"{seconds:g} s without postgresql"
        self.place.server.stop()
        rest(seconds)
        self.place.server.start()


class TwoAtOnce(threading.Thread):
    """Looks, as long as it runs, whether two crawls of one slice are at work; `seconds` is how long, by slice."""

    STEP = 0.2

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self._folder = bytes(folder)
        self._is_over = threading.Event()
        self.seconds: Counter[str] = Counter()

    def run(self) -> None:
        """Look again and again."""
        before: set[str] = set()
        while not self._is_over.wait(self.STEP):
            seen = Counter(self._at_work())
            twice = {name for name, number in seen.items() if number > 1}
            self.seconds.update(dict.fromkeys(twice & before, self.STEP))  # type: ignore[arg-type]
            before = twice

    def end(self) -> None:
        """Look no more."""
        self._is_over.set()
        self.join()

    def _at_work(self) -> list[str]:
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            named = _LIST.search(line := command_line(int(stat.parent.name)))
            if named and self._folder in line and b"crawl" in line and _is_at_work(stat):
                found.append(named[1].decode())
        return found


def rest(seconds: float) -> None:
    """Wait."""
    select.select([], [], [], seconds)


def _is_at_work(stat: Path) -> bool:
    """Neither stopped nor ended; a decoder of a crawl has its command line too, but another parent."""
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] not in {"T", "Z", "X"} and b"\0crawl\0" not in command_line(int(fields[1]))


def _kill_one(pid: int | None) -> None:
    if pid is not None:
        kill(pid)


def ended_by_itself(workers: list[subprocess.Popen[bytes]]) -> list[int]:
    """The exit codes of workers that have ended and were not killed."""
    return [code for worker in workers if (code := worker.poll()) is not None and code >= 0]
