"""Every step of every source fails in every form that live sites fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from tests.integration.hostile_proxy import RESPONSES
from tests.integration.hostile_runs import PHOTOS, CrawlResult, Runs, write_homes
from tests.integration.hostile_steps import STEPS
from tests.integration.hostile_table import (
    ENDINGS,
    HOMES,
    LAST_ALTERNATIVES,
    OPTIONAL_STEPS,
    REQUIRED,
    ROWS,
    SOURCES,
    Cell,
    cells,
)


@pytest.fixture(scope="module")
def runs(pictures: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Runs]:
    """The crawls of all tested responses, started together."""
    folder = tmp_path_factory.mktemp("hostile")
    file = write_homes(HOMES, folder)
    options = Options(cache=pictures, photos=(PHOTOS, PHOTOS), kinds=frozenset(), width=384, homes=file)
    with running(options) as replica:
        made = Runs(replica, folder)
        made.start([answer for answer in RESPONSES if answer in _asked(request.session.items)])
        yield made
        made.close()


def _asked(items: list[pytest.Item]) -> set[str]:
    mine = [item for item in items if item.path.samefile(__file__)]
    called = [item.callspec for item in mine if isinstance(item, pytest.Function) and hasattr(item, "callspec")]
    return {call.params["answer"] for call in called}


def test_the_table_covers_every_step_and_every_answer() -> None:
    pages = [(step.source, step.name) for step in STEPS]
    assert sorted([*OPTIONAL_STEPS, *LAST_ALTERNATIVES, *REQUIRED]) == sorted(pages)
    assert set(ENDINGS) == set(RESPONSES)
    assert len(HOMES) == ROWS + 2
    for answer in RESPONSES:
        both = [(cell.source, cell.step) for second in (False, True) for cell in cells(answer, second)]
        assert len(both) == len(set(both))
        assert set(pages) <= set(both)


@pytest.mark.parametrize("answer", RESPONSES)
def test_a_failing_step_affects_only_its_own_visit(runs: Runs, answer: str) -> None:
    wrong = []
    for crawl_result, second in ((runs.of(answer).hostile, False), (runs.of(answer).second, True)):
        wrong += [line for cell in cells(answer, second) for line in faults_of(cell, crawl_result)]
    hostile = runs.of(answer).hostile
    disturbed = {(cell.home, cell.source) for cell in cells(answer)}
    spared = [(home, source) for home in HOMES for source in SOURCES if (home, source) not in disturbed]
    wrong += [f"{place}: undisturbed, {hostile.endings[place]}" for place in spared if not hostile.is_whole(place)]
    assert not wrong, "\n".join(["", *wrong, hostile.output[-3000:]])


def faults_of(cell: Cell, crawl_result: CrawlResult) -> Iterator[str]:
    """The problems of a cell, in words."""
    place = cell.home, cell.source
    outcome, reason = crawl_result.endings[place]
    if outcome not in cell.endings:
        yield f"{cell}: {outcome} ({reason}), not {' or '.join(sorted(cell.endings))}"
    if cell.source != "maricopa_assessor" and crawl_result.usable[place] < cell.photos_kept:
        yield f"{cell}: {crawl_result.usable[place]} photos, not {cell.photos_kept} ({outcome}, {reason})"
    # Requested only where another source has given the MLS number before.
    if (*place, cell.step) not in crawl_result.reached and cell.step != "results page":
        yield f"{cell}: the step was not asked ({outcome}, {reason})"


@pytest.mark.parametrize("answer", RESPONSES)
def test_the_exit_code_says_whether_every_visit_got_a_clear_answer(runs: Runs, answer: str) -> None:
    hostile = runs.of(answer).hostile
    assert not {outcome for outcome, _ in hostile.endings.values()} <= {"ok", "empty", "not_found"}
    assert hostile.code == 1, hostile.output[-2000:]


@pytest.mark.parametrize("answer", RESPONSES)
def test_the_next_run_completes_once_the_sites_have_recovered(runs: Runs, answer: str) -> None:
    after = runs.of(answer).after
    lost = {place: ending for place, ending in after.endings.items() if not after.is_whole(place)}
    assert not lost, after.output[-3000:]
    assert len(after.endings) == len(HOMES) * len(SOURCES)
    assert after.code == 0
