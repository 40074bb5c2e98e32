"""Any step of any source answers in any of the ways that live sites answer on a bad day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration import crawls
from tests.integration.hostile_front import ANSWERS, HostileFront, Plan
from tests.integration.hostile_steps import Homes
from tests.integration.hostile_table import HOMES, LAST, OK, SOURCES, Cell, cells, check, planted

PHOTOS = 3
AT_ONCE = 2
PATIENCE = {"timeout": 4}
USUAL_PATIENCE = 60
SETTINGS = {"RETRY_TIMES": 0, "PHX_BREAKER_FAILURES": 1000, "PHX_IMAGE_WORKERS": 1, "PHX_CONCURRENT_HOMES": 4}


@dataclass(frozen=True)
class Told:
    """How a crawl through the front ended: per (home, source) outcome and reason, and the usable photos."""

    code: int
    output: str
    endings: dict[tuple[str, str], tuple[str, str]]
    usable: Counter[tuple[str, str]]
    met: frozenset[tuple[str, str, str]]


def told(store: Path, result: crawls.Result, plan: Plan) -> Told:
    visits = crawls.rows(store, "SELECT address, source, outcome, reason FROM visits JOIN homes USING (property_hash)")
    photos = crawls.rows(
        store,
        "SELECT address, source FROM photos JOIN homes USING (property_hash) WHERE state IN ('stored', 'duplicate')",
    )
    endings = {(home, source): (outcome, reason) for home, source, outcome, reason in visits}
    return Told(result.code, result.output, endings, Counter(photos), frozenset(plan.used))


class Table:
    """A crawl for every answer, two at a time, and the crawl after it once the sites are well again."""

    def __init__(self, replica: Replica, folder: Path) -> None:
        self._replica, self._folder = replica, folder
        self._homes = Homes(HOMES, replica.options)
        self._file = folder / "homes.csv"
        self._file.write_text("full_address\n" + "".join(f'"{home}"\n' for home in HOMES), encoding="utf-8")
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._told: dict[str, Future[tuple[Told, Told]]] = {}

    def begin(self, answers: list[str]) -> None:
        for answer in answers:
            self._told[answer] = self._pool.submit(self._run, answer)

    def of(self, answer: str) -> tuple[Told, Told]:
        """(through the front, afterwards)."""
        return self._told[answer].result()

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _run(self, answer: str) -> tuple[Told, Told]:
        store, plan = self._folder / answer.replace(" ", "-"), Plan(planted(answer))
        settings = SETTINGS | {"DOWNLOAD_TIMEOUT": PATIENCE.get(answer, USUAL_PATIENCE)}
        with HostileFront(self._replica.url, self._homes, plan) as front:
            hostile = told(store, crawls.crawl("all", store, front.url(), settings, addresses=self._file), plan)
        assert crawls.scrapy("retry", store).code == 0
        after = crawls.crawl("all", store, self._replica.url, SETTINGS, addresses=self._file)
        return hostile, told(store, after, Plan({}))


@pytest.fixture(scope="module")
def table(pictures: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Table]:
    folder = tmp_path_factory.mktemp("hostile")
    homes = folder / "known.csv"
    homes.write_text("full_address\n" + "".join(f'"{home}"\n' for home in HOMES), encoding="utf-8")
    options = Options(cache=pictures, photos=(PHOTOS, PHOTOS), kinds=frozenset(), width=480, homes=homes)
    wanted = {item.callspec.params["answer"] for item in request.session.items if _is_of_table(item)}
    with running(options) as replica:
        made = Table(replica, folder)
        made.begin([answer for answer in ANSWERS if answer in wanted])
        yield made
        made.close()


def _is_of_table(item: pytest.Item) -> bool:
    return item.path.samefile(__file__) and "answer" in getattr(getattr(item, "callspec", None), "params", {})


def test_the_table_covers_every_step_and_every_answer() -> None:
    check()


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_step_that_answers_otherwise_costs_no_more_than_it_must(table: Table, answer: str) -> None:
    hostile, _ = table.of(answer)
    wrong = [line for cell in cells(answer) for line in faults_of(cell, hostile)]
    disturbed = {(cell.home, cell.source) for cell in cells(answer)}
    spared = [(home, source) for home in HOMES for source in SOURCES if (home, source) not in disturbed]
    wrong += [
        f"{place} was not disturbed: {hostile.endings.get(place)}" for place in spared if not is_whole(place, hostile)
    ]
    assert not wrong, "\n" + "\n".join(wrong) + "\n" + hostile.output[-3000:]


def faults_of(cell: Cell, seen: Told) -> Iterator[str]:
    """What is wrong at a cell, in words."""
    place = cell.home, cell.source
    outcome, reason = seen.endings[place]
    if outcome not in cell.endings:
        yield f"{cell}: {outcome} ({reason}), not {' or '.join(sorted(cell.endings))}"
    if cell.source != "maricopa_assessor" and seen.usable[place] < cell.photos_kept:
        yield f"{cell}: {seen.usable[place]} photos, not {cell.photos_kept} ({outcome}, {reason})"
    if (*place, cell.step) not in seen.met and cell.step != "results page":
        yield f"{cell}: the step was not asked ({outcome}, {reason})"


def is_whole(place: tuple[str, str], seen: Told) -> bool:
    photos = PHOTOS if place[1] != "maricopa_assessor" else 1
    return seen.endings[place][0] == "ok" and seen.usable[place] >= photos


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_exit_code_says_whether_every_visit_got_a_clear_answer(table: Table, answer: str) -> None:
    hostile, _ = table.of(answer)
    clear = {outcome for outcome, _ in hostile.endings.values()} <= {"ok", "empty", "not_found"}
    assert hostile.code == (0 if clear else 1), hostile.output[-2000:]
    assert hostile.code == 1, "some steps have one way only"


@pytest.mark.parametrize("answer", ANSWERS)
def test_nothing_is_lost_once_the_sites_are_well_again(table: Table, answer: str) -> None:
    _, after = table.of(answer)
    lost = {place: ending for place, ending in after.endings.items() if not is_whole(place, after)}
    assert not lost, after.output[-3000:]
    assert len(after.endings) == len(HOMES) * len(SOURCES)
    assert after.code == 0
    assert {ending for ending, _ in after.endings.values()} == set(OK)
    assert LAST
