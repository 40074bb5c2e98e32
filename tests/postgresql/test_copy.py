"""`scrapy catalogue copy`: all rows go over and come back as they were; a target with rows stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.cmdline import execute
from sqlalchemy import select

from phx_scraper.config.locations import place_of
from phx_scraper.errors import StorageError
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.storage.catalogue import copy_rows, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import paths
from tests.postgresql_server import PostgresqlServer
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes
from tests.unit.storage.crash_and_rerun import shown_again

Called = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that was collected twice, its catalogue in a file."""
    root = tmp_path / "data"
    Collector(root, fsync=False).run(homes(2))
    again = Collector(root, fsync=False, show=shown_again)
    again.begin(homes(2))
    with again.catalogue.transaction() as tx:
        tx.execute(schema.visits.update().values(outcome="pending", needs_page=True))
    for visit in [(home.property_hash, source) for home in homes(2) for source in ("zillow", "redfin")]:
        held = again.lease(*visit)
        assert held is not None
        again.collect(held)
    again.end()
    return root


@pytest.fixture
def called(capsys: pytest.CaptureFixture[str]) -> Called:
    def call(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            execute(["scrapy", "catalogue", *map(str, words)])
        said = capsys.readouterr()
        return int(caught.value.code or 0), said.out, said.err

    return call


def rows(place: CataloguePlace) -> dict[str, list[str]]:
    catalogue = Catalogue.open(place)
    with catalogue.reading() as tx:
        found = {
            table.name: sorted(repr(tuple(row)) for row in tx.execute(select(table)))
            for table in schema.metadata.sorted_tables
        }
    catalogue.close()
    return found


def test_it_goes_over_and_comes_back_as_it_was(
    store: Path, server: PostgresqlServer, tmp_path: Path, called: Called
) -> None:
    server.run("CREATE DATABASE copied")
    here, there, back = store / paths.CATALOGUE, server.url("copied"), tmp_path / "back.sqlite"
    before = rows(here)
    assert len([name for name, found in before.items() if found]) > 12
    try:
        code, said, _ = called("copy", here, there, "--json")
        assert code == 0
        assert json.loads(said)["rows"]["photos"] == len(before["photos"])
        code, said, _ = called("copy", there, back)
        assert (code, said.count("\n")) == (0, 2)
        assert rows(back) == before == rows(here)
        code, _, error = called("copy", here, there)
        assert (code, "holds rows already" in error) == (2, True)
        goes_on(store, server)
    finally:
        server.run("DROP DATABASE copied WITH (FORCE)")


def goes_on(store: Path, server: PostgresqlServer) -> None:
    """Rows that come later are numbered after those that were copied."""
    place = place_of("", server.url("copied"))
    helpers = "tests.unit.storage.catalogue_helpers"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{helpers}.catalogue_at", lambda _path: Catalogue.open(place))
        patch.setattr(f"{helpers}.path_of", lambda _catalogue: store / paths.CATALOGUE)
        Collector(store, fsync=False, show=lambda source: [Shown("n", f"new-{source}")]).run(homes(3))


def test_a_catalogue_that_a_crawl_works_on_is_not_copied(server: PostgresqlServer, tmp_path: Path) -> None:
    working = Collector(tmp_path / "data", fsync=False)
    assert server.folder.name in str(working.catalogue.place)
    working.begin(homes(1))
    assert working.lease(homes(1)[0].property_hash, "zillow") is not None
    target = Catalogue.open(tmp_path / "target.sqlite")
    with pytest.raises(StorageError, match="A crawl is at work"):
        copy_rows.copy_rows(working.catalogue, target)
    with target.reading() as tx:
        assert tx.execute(select(schema.homes)).all() == []
    target.close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "write scrapy catalogue copy FROM TO"),
        (["move", "a", "b"], "write scrapy catalogue copy FROM TO"),
        (["copy", "a"], "write scrapy catalogue copy FROM TO"),
        (["copy", "a", "b", "c"], "with nothing after it"),
        (["copy", "no-such.sqlite", "b"], "there is no catalogue"),
        (["copy", "mysql://u:hunter2@h/d", "b"], "only SQLite files and PostgreSQL"),
    ],
)
def test_what_cannot_be_copied_is_a_sentence(words: list[str], sentence: str, called: Called) -> None:
    code, _, error = called(*words)
    assert (code, sentence in error) == (2, True)
    assert "hunter2" not in error


def test_a_copy_that_fails_leaves_no_file(store: Path, tmp_path: Path, called: Called) -> None:
    here = store / paths.CATALOGUE
    assert called("copy", here, here)[0] == 2
    target = tmp_path / "target.sqlite"
    working = Collector(store, fsync=False)
    working.begin(homes(4))
    assert working.lease(homes(4)[3].property_hash, "zillow") is not None
    code, _, error = called("copy", here, target)
    assert (code, "A crawl is at work" in error, target.exists()) == (2, True, False)
    working.catalogue.close()
