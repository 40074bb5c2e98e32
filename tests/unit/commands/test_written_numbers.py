"""Numbers in the digits of other scripts, or with underscores, are no numbers here, wherever one is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.commands.ages import seconds_at
from phx_scraper.config.value_kinds import number, whole
from phx_scraper.config.written_numbers import is_whole, read_number, read_whole
from phx_scraper.errors import UsageError
from tests.unit.commands.test_own_commands import called
from tests.unit.run.test_arguments import HOME, prepared

STRANGE = ["٣", "３", "1_0", "²"]


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])


@pytest.mark.parametrize("written", STRANGE)
def test_they_are_refused_by_all_that_reads_numbers(written: str) -> None:
    for read in (read_number, read_whole):
        with pytest.raises(ValueError):
            read(written)
    assert not is_whole(written)
    for kind in (whole(0, 100), number(0, 100)):
        with pytest.raises(UsageError):
            kind.read("PHX_ANY", written)
    for name in ("limit", "refresh_days"):
        with pytest.raises(UsageError, match=name):
            prepared(address=HOME, **{name: written})
    with pytest.raises(UsageError):
        seconds_at("--since", f"{written}d", 2e9)


def test_usual_ones_are_read() -> None:
    assert (read_number(" 60e6 "), read_whole("12"), is_whole("12")) == (60e6, 12, True)


@pytest.mark.parametrize(
    "words",
    [
        ("runs", "--last", "٣"),
        ("export", "--format", "csv", "--out", "x.csv", "--quality", "٣"),
    ],
    ids=" ".join,
)
def test_a_command_refuses_them_in_a_sentence(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = called(capsys, *words, "-s", f"IMAGES_STORE={tmp_path}")
    assert (code, out) == (2, "")
    assert "٣" in err
    assert "write a" in err
