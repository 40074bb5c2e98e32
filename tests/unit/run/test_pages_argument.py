"""The folder of `-a pages`: whatever is wrong with its name is one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.run.arguments import prepare
from phx_scraper.run.pages_argument import checked_pages

HOME = "4732 W Davis Rd, Glendale, AZ 85306"


@pytest.mark.parametrize("name", ["", "~nobody-of-this-name/saved", "x\x00y", "no such folder"])
def test_folder_that_cannot_be_used_is_one_sentence(name: str) -> None:
    with pytest.raises(UsageError, match="name the folder that holds the saved pages"):
        checked_pages(name)


def test_home_of_the_person_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "a.html").write_bytes(b"x")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert checked_pages("~/saved") == tmp_path / "saved"


@pytest.mark.parametrize("given", [{}, {"pages": "saved"}, {"pages": "saved/old"}])
def test_what_a_crawl_reads_is_not_moved_for_its_job(given: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "saved" / "old").mkdir(parents=True)
    (tmp_path / "homes.csv").write_text(f'full_address\n"{HOME}"\n', encoding="utf-8")
    wish = {"addresses": "homes.csv", **given}
    arguments = {name: str(tmp_path / path) for name, path in wish.items()}
    with pytest.raises(UsageError, match=r"is inside it: name another folder for the job"):
        prepare("zillow", ("zillow",), arguments, read_config({}), str(tmp_path))
    assert (tmp_path / "homes.csv").is_file()


def test_job_folder_of_a_person_who_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    job = prepare("zillow", ("zillow",), {"address": HOME}, read_config({}), "~nobody-of-this-name/job")
    assert job.folder is not None
    assert job.folder.path == tmp_path / "~nobody-of-this-name" / "job"


def test_what_could_not_be_fetched_again_is_not_forgotten(tmp_path: Path) -> None:
    config = read_config({"IMAGES_STORE": str(tmp_path), "PHX_OFFLINE": True})
    asked = {"address": "4732 W Davis Rd, Glendale, AZ 85306", "fresh": "1"}
    with pytest.raises(UsageError, match=r"fresh=1.*PHX_OFFLINE"):
        prepare("zillow", ("zillow",), asked, config)
    assert prepare("zillow", ("zillow",), asked | {"fresh": "0"}, config).fresh is False
    assert prepare("zillow", ("zillow",), asked, replace(config, offline=False)).fresh is True
