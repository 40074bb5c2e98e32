"""`scrapy clean`, `forget` and `retry` on a small store: what they say to people and programs, what they refuse."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from phx_scraper.storage.catalogue import runs, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.catalogue.schema import visits
from tests.catalogue_calls import read, write
from tests.unit.commands.test_own_commands import called
from tests.unit.reconcile.cleaning import A, B, Store
from tests.unit.storage.catalogue_helpers import ADDRESSES, homes

ROOT = Path(__file__).parents[3]
HOME = homes()[0].property_hash


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two homes that have lost a picture."""
    store = Store(tmp_path_factory.mktemp("steering") / "data")
    store.crawl({"zillow": [A, B]}, count=2)
    store.crawl({"zillow": [A]}, count=2)
    store.close()
    return store.root


@pytest.fixture
def root(collected: Path, tmp_path: Path) -> Path:
    return shutil.copytree(collected, tmp_path / "data")


def told(capsys: pytest.CaptureFixture[str], root: Path, name: str, *words: str, code: int = 0) -> Any:
    """The JSON that a command prints."""
    found, out, err = called(capsys, name, "-s", f"IMAGES_STORE={root}", *words, "--json")
    assert (found, err) == (code, ""), err
    return json.loads(out)


def said(capsys: pytest.CaptureFixture[str], root: Path, name: str, *words: str, code: int = 0) -> str:
    """What a command prints for people, or its sentence on standard error."""
    found, out, err = called(capsys, name, "-s", f"IMAGES_STORE={root}", *words)
    assert found == code, err
    assert "Traceback" not in err
    return out or err


def files(root: Path, folder: str) -> int:
    return sum(path.is_file() for path in (root / folder).rglob("*"))


def begin_a_crawl(root: Path) -> None:
    catalogue = Catalogue.open(root / "metadata" / "catalogue.sqlite")
    write(catalogue, runs.start, "abcd1234", "all", {}, time.time())
    catalogue.close()


def test_clean_is_a_dry_run_until_yes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planned = told(capsys, root, "clean", "--removed")
    # The two homes show the same bytes.
    assert (planned["done"], planned["files"], planned["kinds"]["removed"]["files"]) == (False, 3, 3)
    assert (files(root, "raw"), files(root, "thumbs")) == (2, 2)
    done = told(capsys, root, "clean", "--removed", "--yes")
    assert done == {
        **planned,
        "done": True,
        "store_bytes": done["store_bytes"],
        "store_bytes_after": done["store_bytes"] - done["bytes"],
    }
    assert files(root, "raw") == files(root, "processed") == 1
    assert said(capsys, root, "clean", "--removed", "--yes").startswith("Nothing is to be cleaned; the store takes ")


def test_clean_says_what_and_how_much(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = root / "metadata" / "unread" / "zillow" / "x.html.gz"
    page.parent.mkdir(parents=True)
    page.write_bytes(bytes(3 * 2**20))
    text = said(capsys, root, "clean", "--raw")
    assert "      2 files       0.1 kB  originals, as they were downloaded (raw)" in text
    assert "       1 file       3.0 MB  too young to go: --max-age-days 0 takes it too" in text
    assert "Add --yes to do it." in text
    assert "1 file, 3.0 MB, are gone" in said(capsys, root, "clean", "--max-age-days", "0", "--yes")


def test_a_size_that_cannot_be_reached_is_told_with_exit_code_1(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, root, "clean", "--max-size-gb", "0", "--yes", code=1)
    assert "scrapy forget --not-in homes.csv" in text
    assert files(root, "homes") == 4
    assert (files(root, "raw"), files(root, "processed")) == (0, 1)
    assert said(capsys, root, "clean", "--max-size-gb", "1").startswith("Nothing is to be cleaned")


@pytest.mark.parametrize("words", [("--max-age-days", "x"), ("--max-age-days", "-1"), ("--max-size-gb", "nan")])
def test_wrong_numbers_are_a_sentence(root: Path, words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, root, "clean", *words, code=2).startswith(
        f"scrapy clean: {words[0]} {words[1]}: write a number"
    )


@pytest.mark.parametrize("line", [("clean", "--raw"), ("forget", ADDRESSES[0])], ids=lambda line: line[0])
def test_while_a_crawl_is_at_work_a_dry_run_works_and_yes_is_refused(
    root: Path, line: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    begin_a_crawl(root)
    before = files(root, "raw")
    assert told(capsys, root, *line)["done"] is False
    refused = said(capsys, root, *line, "--yes", code=2)
    assert (
        f"A crawl is at work on this catalogue (run abcd1234): stop it or let it end, then run scrapy {line[0]}"
        in refused
    )
    assert files(root, "raw") == before


@pytest.mark.parametrize("line", [("clean", "--raw"), ("forget", ADDRESSES[0])], ids=lambda line: line[0])
def test_a_run_that_was_killed_elsewhere_is_ended_by_a_persons_word(
    root: Path, line: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    begin_a_crawl(root)
    assert "give --yes too" in said(capsys, root, *line, "--killed", "abcd1234", code=2)
    assert "at work on this machine" in said(capsys, root, *line, "--yes", "--killed", "abcd1234", code=2)
    catalogue = Catalogue.open(root / "metadata" / "catalogue.sqlite")
    elsewhere = update(schema.runs).values(totals={"holder": "old-laptop/0badcafe/1:17:99"})
    write(catalogue, lambda tx: tx.execute(elsewhere))
    catalogue.close()
    assert "add --killed abcd1234." in said(capsys, root, *line, "--yes", code=2)
    assert told(capsys, root, *line, "--yes", "--killed", "abcd1234")["done"] is True


def test_a_forgetting_that_was_killed_is_ended_by_the_next(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue = Catalogue.open(root / "metadata" / "catalogue.sqlite")
    write(catalogue, forget_homes, [HOME])
    catalogue.close()
    assert len(list((root / "homes").iterdir())) == 2
    assert "does not know" in said(capsys, root, "forget", ADDRESSES[0], "--yes", code=2)
    assert len(list((root / "homes").iterdir())) == 1
    assert "no problems" in said(capsys, root, "reconcile", "--read-data")


def test_what_is_forgotten_is_counted_and_gone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unread = root / "metadata" / "unread" / "zillow" / f"{HOME}.html.gz"
    unread.parent.mkdir(parents=True)
    unread.write_bytes(b"page")
    first = told(capsys, root, "forget", ADDRESSES[0], "--yes")
    assert (first["addresses"], first["photos"], first["files"], first["bytes"]) == ([ADDRESSES[0]], 2, 0, 0)
    assert not unread.exists()
    both = told(capsys, root, "forget", f"{ADDRESSES[1]};{ADDRESSES[1]};")
    assert (both["files"], both["bytes"]) == (
        6,
        sum(path.stat().st_size for part in ("raw", "processed", "thumbs") for path in (root / part).rglob("*.*")),
    )
    told(capsys, root, "forget", ADDRESSES[1], "--yes")
    assert files(root, "raw") == files(root, "processed") == files(root, "thumbs") == files(root, "homes") == 0
    assert "no problems" in said(capsys, root, "reconcile", "--read-data")


@pytest.fixture
def refused(root: Path) -> Path:
    """Both homes were refused at Zillow."""
    catalogue = Catalogue.open(root / "metadata" / "catalogue.sqlite")
    with catalogue.transaction() as tx:
        tx.execute(visits.update().values(outcome="blocked", reason="captcha"))
    catalogue.close()
    return root


def pending(root: Path) -> int:
    catalogue = Catalogue.open(root / "metadata" / "catalogue.sqlite")
    found = read(catalogue, lambda tx: tx.execute(visits.select().where(visits.c.outcome == "pending")).all())
    catalogue.close()
    return len(found)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ((), 2),
        (("--reason", "captcha"), 2),
        (("--reason", "cap"), 2),
        (("--reason", "timeout"), 0),
        (("--reason", "http_418"), 0),
        (("--source", "zillow"), 2),
        (("--sources", "redfin,Zillow"), 2),
        (("--source", "redfin"), 0),
        (("--address", ADDRESSES[1]), 1),
        (("--address", f"{ADDRESSES[1]};{ADDRESSES[0]};"), 2),
    ],
)
def test_retry_chooses(refused: Path, words: tuple[str, ...], number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, refused, "retry", *words)["visits"] == number == pending(refused)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--reason", "captcah"), "there is no reason 'captcah'; did you mean captcha?"),
        (("--reason", "qqq"), "there is no reason 'qqq'; the catalogue has "),
        (("--source", "zilow"), "'zilow' is no source"),
        (("--address", "4733 W Davis Rd, Glendale, AZ 85306"), f"the nearest that it knows is {ADDRESSES[0]}"),
        (("--address", "nowhere"), "'nowhere' is no readable address"),
        (("x.csv", "--address", ADDRESSES[0]), "name homes by a list or by --address, not by both"),
        (("data/phx_homes.csv", "--reason", "captcha"), "names no home that the catalogue knows"),
    ],
)
def test_retry_refuses_what_nobody_knows(
    refused: Path, words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in said(capsys, refused, "retry", *words, code=2)
    assert pending(refused) == 0
