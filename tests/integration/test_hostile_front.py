"""Any step of any source answers in any of the ways that live sites answer on a bad day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from tests.integration.hostile_front import ANSWERS
from tests.integration.hostile_runs import PHOTOS, Runs, Told, listed
from tests.integration.hostile_steps import STEPS
from tests.integration.hostile_table import ENDINGS, HOMES, LAST, REQUIRED, ROWS, SOURCES, SPARED, Cell, cells


@pytest.fixture(scope="module")
def runs(pictures: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Runs]:
    """The crawls of all answers that are tested, begun at once."""
    folder = tmp_path_factory.mktemp("hostile")
    file = listed(HOMES, folder)
    options = Options(cache=pictures, photos=(PHOTOS, PHOTOS), kinds=frozenset(), width=384, homes=file)
    with running(options) as replica:
        made = Runs(replica, folder)
        made.begin([answer for answer in ANSWERS if answer in _asked(request.session.items)])
        yield made
        made.close()


def _asked(items: list[pytest.Item]) -> set[str]:
    mine = [item for item in items if item.path.samefile(__file__)]
    called = [item.callspec for item in mine if isinstance(item, pytest.Function) and hasattr(item, "callspec")]
    return {call.params["answer"] for call in called}


def test_the_table_covers_every_step_and_every_answer() -> None:
    pages = [(step.source, step.name) for step in STEPS]
    assert sorted([*SPARED, *LAST, *REQUIRED]) == sorted(pages)
    assert set(ENDINGS) == set(ANSWERS)
    assert len(HOMES) == ROWS + 2
    for answer in ANSWERS:
        both = [(cell.source, cell.step) for second in (False, True) for cell in cells(answer, second)]
        assert len(both) == len(set(both))
        assert set(pages) <= set(both)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_step_that_answers_otherwise_costs_no_more_than_it_must(runs: Runs, answer: str) -> None:
    wrong = []
    for told, second in ((runs.of(answer).hostile, False), (runs.of(answer).second, True)):
        wrong += [line for cell in cells(answer, second) for line in faults_of(cell, told)]
    hostile = runs.of(answer).hostile
    disturbed = {(cell.home, cell.source) for cell in cells(answer)}
    spared = [(home, source) for home in HOMES for source in SOURCES if (home, source) not in disturbed]
    wrong += [f"{place}: undisturbed, {hostile.endings[place]}" for place in spared if not hostile.is_whole(place)]
    assert not wrong, "\n".join(["", *wrong, hostile.output[-3000:]])


def faults_of(cell: Cell, told: Told) -> Iterator[str]:
    """What is wrong at a cell, in words."""
    place = cell.home, cell.source
    outcome, reason = told.endings[place]
    if outcome not in cell.endings:
        yield f"{cell}: {outcome} ({reason}), not {' or '.join(sorted(cell.endings))}"
    if cell.source != "maricopa_assessor" and told.usable[place] < cell.photos_kept:
        yield f"{cell}: {told.usable[place]} photos, not {cell.photos_kept} ({outcome}, {reason})"
    # Asked only where another source has named the MLS number before.
    if (*place, cell.step) not in told.met and cell.step != "results page":
        yield f"{cell}: the step was not asked ({outcome}, {reason})"


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_exit_code_says_whether_every_visit_got_a_clear_answer(runs: Runs, answer: str) -> None:
    hostile = runs.of(answer).hostile
    assert not {outcome for outcome, _ in hostile.endings.values()} <= {"ok", "empty", "not_found"}
    assert hostile.code == 1, hostile.output[-2000:]


@pytest.mark.parametrize("answer", ANSWERS)
def test_nothing_is_lost_once_the_sites_are_well_again(runs: Runs, answer: str) -> None:
    after = runs.of(answer).after
    lost = {place: ending for place, ending in after.endings.items() if not after.is_whole(place)}
    assert not lost, after.output[-3000:]
    assert len(after.endings) == len(HOMES) * len(SOURCES)
    assert after.code == 0
