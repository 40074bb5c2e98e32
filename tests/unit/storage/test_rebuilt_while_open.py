"""A catalogue that another process has open is not made anew: what that accepts meanwhile would be lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.imaging.process_image import ProcessedImage
from phx_scraper.reconcile import rebuild as rebuilding
from phx_scraper.reconcile.rebuild import rebuild
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.opened_elsewhere import is_open_elsewhere
from phx_scraper.storage.files.folder_store import FolderStore

pytestmark = pytest.mark.file_only
OPENED = """
import sys
from phx_scraper.storage.catalogue.catalogue import Catalogue
catalogue = Catalogue.open(sys.argv[1])
with catalogue.reading():
    pass
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Of a catalogue that knows no homes."""
    made = tmp_path / "metadata" / "catalogue.sqlite"
    Catalogue.open(made).close()
    return made


@contextmanager
def open_elsewhere(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """As by the API, which keeps connections ready between requests."""
    command = [sys.executable, "-c", OPENED, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        yield other
        other.kill()


def unasked(_data: bytes) -> ProcessedImage:
    raise AssertionError


def test_it_is_refused_until_that_process_is_gone(place: Path) -> None:
    files = FolderStore(place.parents[1])
    with open_elsewhere(place) as other:
        assert is_open_elsewhere(place)
        with pytest.raises(StorageError, match="stop crawls, workers and the API first"):
            rebuild(place, files, unasked)
        assert list(place.parent.glob("*damaged*")) == []
        other.kill()
        other.wait()
        assert not is_open_elsewhere(place)
    assert rebuild(place, files, unasked).set_aside is not None


def test_a_job_that_comes_after_the_jobs_were_kept_stops_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(old: Path, _new: Catalogue) -> tuple[dict[str, int], list[str]]:
        with closing(sqlite3.connect(old)) as connection:
            connection.execute("INSERT INTO meta (key, value) VALUES ('a', 'row')")
            connection.commit()
        return {}, []

    monkeypatch.setattr(rebuilding, "keep_jobs", meanwhile)
    with pytest.raises(StorageError, match="stop crawls, workers and the API first"):
        rebuild(place, FolderStore(place.parents[1]), unasked)
    assert list(place.parent.glob("*damaged*")) == []


def test_where_there_is_none_nobody_has_it_open(tmp_path: Path) -> None:
    assert not is_open_elsewhere(tmp_path / "catalogue.sqlite")
