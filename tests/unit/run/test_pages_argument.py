"""The folder of `-a pages`: whatever is wrong with its name is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.errors import UsageError
from phx_scraper.run.pages_argument import checked_pages


@pytest.mark.parametrize("name", ["", "~nobody-of-this-name/saved", "x\x00y", "no such folder"])
def test_folder_that_cannot_be_used_is_one_sentence(name: str) -> None:
    with pytest.raises(UsageError, match="name the folder that holds the saved pages"):
        checked_pages(name)


def test_home_of_the_person_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "a.html").write_bytes(b"x")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert checked_pages("~/saved") == tmp_path / "saved"
