"""Commands on the pages carry the settings by which the store was collected, and never a secret."""

from __future__ import annotations

import shlex
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.model.catalogue_place import CatalogueServer
from phx_scraper.model.run import RunDetails
from phx_scraper.report.command_settings import CommandSettings, command_settings
from phx_scraper.report.review_page import REVIEW
from phx_scraper.storage.catalogue import run_details
from tests.catalogue_calls import write
from tests.unit.report.planted_store import PlantedStore, texts
from tests.unit.storage.catalogue_helpers import Shown, homes

REPLICA = "PHX_REPLICA_URL=http://127.0.0.1:40123"
GIVEN = {"IMAGES_STORE": "data/demo", "PHX_REPLICA_URL": "http://127.0.0.1:40123", "PHX_DELAY_SCALE": "0"}


@pytest.fixture
def begun(store: PlantedStore) -> PlantedStore:
    store.begin(homes())
    store.collect_as("zillow", Shown("a", "front"), Shown("b", "kitchen"), claimed_photo_count=5)
    with store.catalogue.transaction() as tx:
        tx.exec_driver_sql("UPDATE visits SET claimed_photo_count = 5 WHERE source = 'zillow' AND outcome = 'ok'")
    return store


def collected_with(store: PlantedStore, **settings: Any) -> None:
    write(store.catalogue, run_details.begin, store.run_id, RunDetails("", {}, settings, {}))


def words(store: PlantedStore, place: str, selector: str) -> list[list[str]]:
    return [shlex.split(text) for text in texts(store.page(place), selector)]


def test_a_crawl_asks_whom_the_latest_run_asked(begun: PlantedStore) -> None:
    collected_with(begun, **GIVEN, PHX_KEEP_RAW=False, PHX_QUIET=True)
    [command] = words(begun, REVIEW, "#shortfalls .command")
    assert command[:8] == ["scrapy", "crawl", "-s", REPLICA, "-s", "PHX_KEEP_RAW=False", "zillow", "-a"]
    assert [text for text in command if text.startswith("PHX_")] == [REPLICA, "PHX_KEEP_RAW=False"]


def test_settings_are_never_cut(begun: PlantedStore) -> None:
    proxies = ",".join(f"http://proxy{number}.example:3128" for number in range(99))
    collected_with(begun, PHX_PROXIES=proxies, PHX_VISION="it's")
    [command] = words(begun, REVIEW, "#shortfalls .command")
    assert command[:7] == ["scrapy", "crawl", "-s", "PHX_VISION=it's", "-s", f"PHX_PROXIES={proxies}", "zillow"]
    assert command[-1] == "refresh_days=0"


def test_a_person_s_word_asks_nobody_and_compares_as_before(begun: PlantedStore) -> None:
    collected_with(begun, **GIVEN, PHX_DUPLICATE_RULE="hashes")
    found = words(begun, f"report/homes/{homes()[0].slug}.html", ".copies .command")
    assert found
    assert {tuple(one[2:4]) for one in found} == {("-s", "PHX_DUPLICATE_RULE=hashes")}
    assert all(REPLICA not in one for one in found)


def test_a_run_with_other_settings_makes_the_page_anew(begun: PlantedStore) -> None:
    collected_with(begun, **GIVEN)
    assert REPLICA in words(begun, REVIEW, "#shortfalls .command")[0]
    begun.another_run()
    collected_with(begun)
    begun.report()  # as a crawl's end: it looks at nothing that is as it was
    assert REVIEW in begun.written
    assert REPLICA not in words(begun, REVIEW, "#shortfalls .command")[0]


def test_of_a_store_of_an_earlier_version_nothing_is_known(begun: PlantedStore) -> None:
    [command] = words(begun, REVIEW, "#shortfalls .command")
    assert command[:3] == ["scrapy", "crawl", "zillow"]


def test_a_password_is_never_shown(begun: PlantedStore) -> None:
    place = CatalogueServer("phx", "db.example", user="phx", password="hunter2", query=(("sslpassword", "hunter3"),))
    hidden = "http://***@proxy.example:3128"
    collected_with(begun, PHX_PROXIES=hidden, PHX_CATALOGUE_URL="postgresql+psycopg://***@db.example/phx")
    with begun.catalogue.reading() as tx:
        found = command_settings(tx, place, begun.files.root)
    assert found == CommandSettings(
        (), (f"PHX_PROXIES={hidden}",), "PHX_CATALOGUE_URL=postgresql+psycopg://phx@db.example/phx"
    )
    assert "***" not in found.added_to("scrapy crawl all -a 'address=1 A St'")


# What bash, and a plain shell, make of the command that a person pastes.
@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_what_the_page_may_not_show_comes_from_the_environment_or_nothing_is_asked(shell: str) -> None:
    hidden = CommandSettings((), ("PHX_PROXIES=http://***@proxy.example:3128", "PHX_OFFLINE=it's"))
    command = hidden.added_to("scrapy crawl all -a 'address=1 A St'").replace("scrapy", "printf '%s|'", 1)
    theirs = "http://user:a $b'c@proxy.example:3128"
    given = subprocess.run([shell, "-c", command], env={"PHX_PROXIES": theirs}, capture_output=True, text=True)
    assert given.stdout == f"crawl|-s|PHX_PROXIES={theirs}|-s|PHX_OFFLINE=it's|all|-a|address=1 A St|"
    for empty in ({}, {"PHX_PROXIES": ""}):
        refused = subprocess.run([shell, "-c", command], env=empty, capture_output=True, text=True)
        assert refused.returncode
        assert not refused.stdout
        assert "PHX_PROXIES: the page holds no passwords, so set it in the environment first" in refused.stderr


def test_a_catalogue_outside_of_the_store_is_named_where_the_store_is(begun: PlantedStore, tmp_path: Path) -> None:
    assert "data-catalogue" not in begun.files.read(_written(begun)).decode()
    own = begun.catalogue.path
    begun.catalogue.close()
    moved = own.rename(tmp_path / "elsewhere & more.sqlite")
    with sqlite3.connect(moved) as there:
        there.execute("SELECT 1 FROM homes")
    begun.catalogue = type(begun.catalogue).open(moved)
    [body] = begun.page(REVIEW).cssselect("body")
    assert body.get("data-catalogue") == f"PHX_CATALOGUE_URL={moved}"


def _written(store: PlantedStore) -> str:
    store.report()
    return REVIEW
