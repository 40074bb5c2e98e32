"""Wrong use is one sentence and exit code 2: no traceback, no incomplete file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration import crawls
from tests.integration.crawls import Result, crawl, environment

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
NOWHERE = "http://127.0.0.1:9"


def made(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("addresses", "word"),
    [
        (lambda folder: folder / "missing.csv", "missing.csv"),
        (lambda folder: made(folder / "empty.csv", b""), "empty"),
        (lambda folder: made(folder / "prices.csv", b"price,beds\n1,2\n"), "column"),
        (lambda folder: made(folder / "binary.csv", bytes(range(256)) * 40), "binary.csv"),
        (lambda folder: folder, "folder"),
    ],
)
def test_an_unusable_list(addresses: Callable[[Path], Path], word: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    result = crawl("zillow", store, NOWHERE, addresses=addresses(tmp_path))
    assert_one_sentence(result, word)
    assert not store.exists()


@pytest.mark.parametrize(
    ("arguments", "settings", "word"),
    [
        ({}, {}, "addresses"),
        ({"address": HOME, "limt": 3}, {}, "limit"),
        ({"address": HOME}, {"PHX_CONCURRENT_HOMES": "several"}, "PHX_CONCURRENT_HOMES"),
        ({"address": HOME}, {"PHX_REPLICA_URL": "replica"}, "PHX_REPLICA_URL"),
        ({"address": HOME}, {"PHX_CATALOGUE_URL": "oracle://nowhere"}, "PHX_CATALOGUE_URL"),
        ({"address": HOME}, {"PHX_DECODER_TIMEOUT": "x"}, "PHX_DECODER_TIMEOUT"),
        ({"address": HOME}, {"DOWNLOAD_TIMEOUT": "x"}, "DOWNLOAD_TIMEOUT"),
        ({"address": HOME}, {"LOG_LEVEL": "FOO"}, "LOG_LEVEL"),
        ({"address": HOME}, {"IMAGE_STORE": "/x"}, "did you mean IMAGES_STORE"),
        ({"address": HOME}, {"PHX_REPLICA_URL": "http://u:hunter2@host:1"}, "http://***@host:1"),
    ],
)
def test_wrong_arguments_and_settings(
    arguments: dict[str, Any], settings: dict[str, Any], word: str, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    result = crawl("zillow", store, NOWHERE, settings=settings, **arguments)
    assert_one_sentence(result, word)
    assert not (store / "metadata" / "image_manifest.json").exists()


def test_the_one_source_lacks_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawls, "environment", without_token)
    for spider, more in (("maricopa_assessor", {}), ("all", {"sources": "maricopa_assessor"})):
        result = crawl(spider, tmp_path / "store", NOWHERE, address=HOME, **more)
        assert_one_sentence(result, "MARICOPA_ASSESSOR_TOKEN")
    assert not (tmp_path / "store").exists()


def without_token() -> dict[str, str]:
    return {name: value for name, value in environment().items() if name != "MARICOPA_ASSESSOR_TOKEN"}


def test_an_unknown_spider(tmp_path: Path) -> None:
    assert_one_sentence(crawl("zilow", tmp_path, NOWHERE, address=HOME), "zillow")


def test_a_store_that_is_a_file(tmp_path: Path) -> None:
    assert_one_sentence(crawl("zillow", made(tmp_path / "store", b"mine"), NOWHERE, address=HOME), "IMAGES_STORE")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert_one_sentence(crawl("zillow", tmp_path / "store", NOWHERE, address=HOME), "IMAGES_STORE")


def test_a_catalogue_that_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "metadata").mkdir()
    damaged = made(tmp_path / "metadata" / "catalogue.sqlite", b"SQLite format 3\0" + b"rubbish" * 4000)
    before = damaged.read_bytes()
    assert_one_sentence(crawl("zillow", tmp_path, NOWHERE, address=HOME), "catalogue")
    assert damaged.read_bytes() == before


def assert_one_sentence(result: Result, word: str) -> None:
    assert result.code == 2, result.output
    assert "Traceback" not in result.output
    assert word in result.output
    assert len(result.output.strip().splitlines()) == 1, result.output
