"""Homes of the replica that change over time: what the file of changes says comes about, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from phx_scraper.errors import UsageError
from phx_scraper.replica.__main__ import main, read_options
from phx_scraper.replica.changes import COLUMNS
from phx_scraper.replica.options import Options
from phx_scraper.replica.redfin.presented import present
from phx_scraper.replica.truth import truth
from phx_scraper.replica.zillow import presented as zillow

HOME = "4700 W Davis Rd, Glendale, AZ 85306"
OTHER = "4701 W Davis Rd, Glendale, AZ 85306"


def options(path: Path | None, *rows: str, own: bool = True) -> Options:
    if path is not None:
        path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return Options(photos=(4, 4), only=("redfin_own_photos",) if own else (), kinds=frozenset(), changes=path)


def photos(chosen: Options, source: str, home: str = HOME) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = truth([home], chosen)["homes"][home][source]["photos"]
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "changes.csv"


@pytest.mark.parametrize("source", ["zillow", "redfin", "phoenix_mls"])
def test_photos_go_and_come(file: Path, source: str) -> None:
    before = [photo["key"] for photo in photos(options(None), source)]
    after = [photo["key"] for photo in photos(options(file, f'"{HOME}",{source},,2 3,1,,'), source)]
    assert after[:2] == [before[0], before[3]]
    assert len(after) == 3
    assert after[2] not in before


@pytest.mark.parametrize("source", ["redfin", "maricopa_assessor"])
def test_a_changed_photo_shows_another_picture_under_its_name(file: Path, source: str) -> None:
    before, after = photos(options(None), source), photos(options(file, f'"{HOME}",{source},1,,,,'), source)
    assert [photo["key"] for photo in after] == [photo["key"] for photo in before]
    assert [one["picture"] == other["picture"] for one, other in zip(before, after, strict=True)] == [
        place > 0 for place in range(len(before))
    ]


def test_other_homes_and_sources_stay_as_they_are(file: Path) -> None:
    before, after = truth([HOME, OTHER], options(None)), truth([HOME, OTHER], options(file, f'"{HOME}",zillow,,1,,,'))
    assert before["homes"][OTHER] == after["homes"][OTHER]
    del before["homes"][HOME]["zillow"], after["homes"][HOME]["zillow"]
    assert before == after


def test_price_and_status_change(file: Path) -> None:
    chosen = options(file, f'"{HOME}",zillow,,,,400000,pending', f'"{HOME}",redfin,,,,390000,sold')
    assert (zillow.present(HOME, chosen).home.price, zillow.present(HOME, chosen).ending) == (400_000, "pending")
    assert (present(HOME, chosen).home.price, present(HOME, chosen).ending) == (390_000, "redfin_sold")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('"nowhere",zillow,,,,,', "row 2"),
        (f'"{HOME}",trulia,,,,,', "'trulia'"),
        (f'"{HOME}",zillow,,,,,gone', "'gone'"),
        (f'"{HOME}",zillow,,x,,,', "row 2"),
        (f'"{HOME}",zillow,,9,,,', "no place 9"),
        (f'"{HOME}",zillow,1,,,,', "has its picture in its URL"),
        (f'"{HOME}",phoenix_mls,1,,,,', "has an id of its own"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    file: Path, row: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = options(file, row)
    with pytest.raises(UsageError, match=why):
        truth([HOME], chosen)
    assert main(chosen.arguments()) == 2, "it does not serve, either"
    assert why in capsys.readouterr().err


def test_an_mls_files_name_tells_its_version(file: Path) -> None:
    with pytest.raises(UsageError, match="has its version in its URL"):
        photos(options(file, f'"{HOME}",redfin,1,,,,', own=False), "redfin")


def test_other_columns_and_a_missing_file_are_refused(file: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the changes"):
        truth([HOME], Options(changes=file))
    file.write_text("address,photos\n", encoding="utf-8")
    with pytest.raises(UsageError, match="must have the columns"):
        truth([HOME], Options(changes=file))


def test_the_command_line_means_the_same(file: Path) -> None:
    chosen = options(file)
    assert read_options(chosen.arguments()).changes == file
