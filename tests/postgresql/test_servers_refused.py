"""Servers and databases that cannot hold a catalogue: each is one sentence with what to do."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from phx_scraper.commands.common import existing_catalogue
from phx_scraper.config.locations import place_of
from phx_scraper.config.reading import read_config
from phx_scraper.errors import CatalogueError, CatalogueUnreachable, UsageError
from phx_scraper.storage.catalogue import read_only_folder
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.integration.crawls import EXAMPLE_HOMES, crawl
from tests.postgresql_server import LOCKED, USER, PostgresqlServer

PASSWORD = "hunter-two"
NAME = "refused"


@dataclass(frozen=True)
class Case:
    """What is done at the server, who comes, and what is said."""

    says: str
    before: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    user: str = USER


CASES = {
    "no database": Case('database "refused" does not exist.+createdb'),
    "no user": Case(
        'role "nobody_here" does not exist.+make that user', (f"CREATE DATABASE {NAME}",), user="nobody_here"
    ),
    "wrong password": Case(
        "password authentication failed.+check", (f"CREATE DATABASE {NAME}",), user=f"{LOCKED}:{PASSWORD}"
    ),
    "no password": Case("no password supplied.+password file", (f"CREATE DATABASE {NAME}",), user=LOCKED),
    "no UTF-8": Case(
        "LATIN1.+createdb --encoding=UTF8",
        (f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C'",),
    ),
    "may not create": Case("permission denied.+grant", (f"CREATE DATABASE {NAME}",), user="guest"),
    "a standby": Case(
        "takes no changes.+primary",
        (f"CREATE DATABASE {NAME}", f"ALTER DATABASE {NAME} SET default_transaction_read_only = on"),
    ),
    "another program's": Case(
        "no catalogue of phx_scraper", (f"CREATE DATABASE {NAME}",), ("CREATE TABLE theirs (x int)",)
    ),
    "newer": Case(
        "newer phx_scraper .schema 99",
        (f"CREATE DATABASE {NAME}",),
        ("CREATE TABLE meta (key text, value text)", "INSERT INTO meta VALUES ('schema_version', '99')"),
    ),
}


@pytest.fixture
def prepared(request: pytest.FixtureRequest, server: PostgresqlServer) -> Iterator[Case]:
    case: Case = request.param
    server.run(f"CREATE ROLE {LOCKED} LOGIN PASSWORD 'another'", "CREATE ROLE guest LOGIN", *case.before)
    if case.inside:
        server.run(*case.inside, database=NAME)
    yield case
    server.run(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"DROP ROLE {LOCKED}", "DROP ROLE guest")


@pytest.mark.parametrize("prepared", CASES.values(), ids=list(CASES), indirect=True)
def test_each_is_one_sentence(prepared: Case, server: PostgresqlServer) -> None:
    with pytest.raises(CatalogueError, match=prepared.says) as caught:
        Catalogue.open(place_of("", server.url(NAME, prepared.user)))
    assert not isinstance(caught.value, CatalogueUnreachable), "nothing to wait for"
    assert "\n" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


AWAY = "postgresql://u@127.0.0.1:1/db"


@pytest.mark.parametrize("url", [AWAY, "postgresql://u@no-such-host.invalid/db"])
def test_a_server_that_is_not_there_is_not_waited_for(url: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(
        CatalogueUnreachable, match=r"cannot be reached \(.+\): (see that the server|check the host)"
    ) as caught:
        Catalogue.open(place_of("", url))
    assert "\n" not in str(caught.value)


def test_a_crawl_that_cannot_begin_yet_is_no_wrong_use(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    result = crawl("all", tmp_path, "http://127.0.0.1:1", {"PHX_CATALOGUE_URL": AWAY}, addresses=EXAMPLE_HOMES)
    assert result.code == 4, result.output
    assert "cannot be reached" in result.output
    assert "Traceback" not in result.output


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "psycopg":
            raise ImportError(f"No module named {name!r}")
        return whole(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CatalogueError, match=r"pip install 'phx-scraper\[service\]'"):
        Catalogue.open(place_of("", "postgresql://u@127.0.0.1:1/db"))


def test_looking_for_a_catalogue_makes_none(server: PostgresqlServer) -> None:
    server.run(f"CREATE DATABASE {NAME}")
    place = place_of("", server.url(NAME))
    try:
        assert not read_only_folder.is_there(place)
        assert server.run(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'", database=NAME
        ) == [(0,)]
        Catalogue.open(place).close()
        assert read_only_folder.is_there(place)
    finally:
        server.run(f"DROP DATABASE {NAME} WITH (FORCE)")


def test_who_may_only_read_can_look(server: PostgresqlServer) -> None:
    server.run(f"CREATE DATABASE {NAME}", "CREATE ROLE guest LOGIN")
    try:
        Catalogue.open(place_of("", server.url(NAME))).close()
        server.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest", database=NAME)
        with (
            read_only_folder.opened_to_read(place_of("", server.url(NAME, "guest"))) as catalogue,
            catalogue.reading() as tx,
        ):
            assert tx.exec_driver_sql("SELECT count(*) FROM homes").scalar_one() == 0
    finally:
        server.run(f"DROP DATABASE {NAME} WITH (FORCE)", "DROP ROLE guest")


def test_an_empty_database_is_not_answered_with_advice_for_a_folder(server: PostgresqlServer) -> None:
    server.run(f"CREATE DATABASE {NAME} TEMPLATE template0")
    try:
        with pytest.raises(UsageError, match="holds no catalogue: the first crawl makes it") as caught:
            existing_catalogue(read_config(Settings({"IMAGES_STORE": "none", "PHX_CATALOGUE_URL": server.url(NAME)})))
        assert "rebuild" not in str(caught.value)
    finally:
        server.run(f"DROP DATABASE {NAME} WITH (FORCE)")
