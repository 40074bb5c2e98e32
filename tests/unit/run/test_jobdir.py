from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.run.arguments import prepare
from phx_scraper.run.jobdir import JobDirectory, Recorded, is_kept, open_folder, recorded_settings

RECORDED = Recorded("zillow", {"addresses": "homes.csv"}, "/data/catalogue.sqlite", {"PHX_DELAY_SCALE": "0"})


def opened(path: Path) -> JobDirectory:
    return open_folder(path, {})


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    folder = opened(tmp_path / "job")
    folder.describe(RECORDED)
    folder.begun("run1")
    return tmp_path / "job"


def test_a_folder_that_cannot_be_made_is_wrong_use_before_anything_begins(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written: name a folder"):
        opened(tmp_path / "file" / "jobs" / "1")


def test_a_folder_that_this_user_may_not_write_is_wrong_use(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, whom no mode bits stop: so the answer is played.
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) not in {begun, begun.parent})
    for path in (begun, begun.parent / "new" / "job"):
        with pytest.raises(UsageError, match="cannot be written: name a folder"):
            opened(path)
    assert not (begun.parent / "new").exists()


def test_a_killed_run_is_resumed(begun: Path) -> None:
    folder = opened(begun)
    assert folder.was_stopped
    assert folder.arguments("zillow", {}) == RECORDED.arguments
    assert folder.arguments("zillow", RECORDED.arguments) == RECORDED.arguments
    assert recorded_settings(begun) == {"PHX_DELAY_SCALE": "0"}


def test_a_finished_job_starts_again_and_keeps_its_runs(begun: Path) -> None:
    opened(begun).ended("finished")
    folder = opened(begun)
    assert not folder.was_stopped
    folder.describe(RECORDED)
    folder.begun("run2")
    assert json.loads((begun / "job.json").read_text(encoding="utf-8"))["runs"] == ["run1", "run2"]


def test_another_spider_arguments_or_catalogue_is_refused_in_a_sentence(begun: Path) -> None:
    folder = opened(begun)
    for spider, given in (("redfin", {}), ("zillow", {"addresses": "other.csv"})):
        with pytest.raises(UsageError, match="JOBDIR") as caught:
            folder.arguments(spider, given)
        assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="catalogue"):
        folder.check_catalogue("/elsewhere/catalogue.sqlite")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"version": "1"}', b'{"version": 1}', b"[" * 10_000,
        b'{"version": 1, "spider": "z", "catalogue": "c", "arguments": {"a": 1}, "settings": {}, "runs": []}',
        b'{"version": 1, "spider": "z", "catalogue": "c", "arguments": {}, "settings": {}, "runs": [7]}',
    ],
)  # fmt: skip
def test_damage_is_set_aside_with_a_note(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "job"
    for number in (1, 2):
        path.mkdir()
        (path / "job.json").write_bytes(content)
        folder = opened(path)
        assert folder.recorded is None
        assert "set aside" in folder.notes[0]
        assert (tmp_path / f"job.set-aside-{number}" / "job.json").read_bytes() == content


def test_the_data_folder_is_never_moved(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(UsageError, match="the data folder is inside"):
        open_folder(tmp_path, {"the data folder": tmp_path / "data"})
    assert (tmp_path / "data").is_dir()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "job").touch()
    with pytest.raises(UsageError, match="no folder"):
        opened(tmp_path / "job")


def test_secrets_and_code_are_not_taken_from_it() -> None:
    assert is_kept("PHX_DELAY_SCALE")
    assert not is_kept("PHX_PROXIES")
    assert not is_kept("EXTENSIONS")


def test_a_list_from_standard_input_is_kept(tmp_path: Path) -> None:
    folder = opened(tmp_path / "job")
    assert folder.kept_list is None
    kept = folder.keep_list(b"full_address\n")
    assert opened(tmp_path / "job").kept_list == kept
    assert not opened(tmp_path / "job").notes


def test_the_password_of_a_catalogues_server_is_not_written_into_it(tmp_path: Path) -> None:
    chosen = {"PHX_CATALOGUE_URL": "postgresql://u:hunter2@host/db", "PHX_DELAY_SCALE": "0"}
    listed = tmp_path / "homes.csv"
    listed.write_text('full_address\n"4732 W Davis Rd, Glendale, AZ 85306"\n')
    given = {"addresses": str(listed)}
    folder = prepare("zillow", ["zillow"], given, read_config(chosen), str(tmp_path / "job"), chosen).folder
    assert folder is not None
    folder.begun("run1")
    written = (tmp_path / "job" / "job.json").read_text(encoding="utf-8")
    assert "hunter2" not in written
    assert json.loads(written)["catalogue"] == "postgresql+psycopg://u@host/db"
    assert recorded_settings(tmp_path / "job") == {"PHX_DELAY_SCALE": "0"}
    with pytest.raises(UsageError, match="PHX_CATALOGUE_URL as they were"):
        prepare("zillow", ["zillow"], given, read_config({}), str(tmp_path / "job"))
