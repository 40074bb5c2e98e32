"""`scrapy metrics`, as a machine without the API uses it, and what docs/operations.md says of each metric."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from phx_scraper.errors import UsageError
from phx_scraper.service import extra
from tests.integration.crawls import REPOSITORY, scrapy
from tests.unit.storage.catalogue_helpers import Collector, homes

DOCUMENT = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")


def test_a_package_that_is_not_here_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "prometheus_client" else object())
    with pytest.raises(UsageError, match=r'^prometheus_client not here: pip install "phx-scraper\[service\]" brings'):
        extra.need_packages("prometheus_client", "redis")


def test_a_store_without_a_catalogue_is_one_sentence(tmp_path: Path) -> None:
    done = scrapy("metrics", tmp_path)
    assert done.code == 2
    assert "there is no catalogue" in done.output
    assert not any(tmp_path.iterdir())


def test_each_metric_is_explained_with_its_labels(tmp_path: Path) -> None:
    pytest.importorskip("prometheus_client")
    Collector(tmp_path, fsync=False).run(homes(1), ["zillow"])
    done = scrapy("metrics", tmp_path, "--json", "-s", "PHX_REDIS_URL=unix:///nowhere.sock")
    assert done.code == 0, done.output
    told = {one["name"]: sorted(one["labels"]) for one in json.loads(done.output)["metrics"]}
    rows = re.findall(r"^\| `(phx_\w+)` \| ([\w, ]*)\|", DOCUMENT, re.M)
    explained = {name: sorted(labels.replace(" ", "").split(",")) if labels.strip() else [] for name, labels in rows}
    of_redis = {"phx_queue_entries", "phx_workers", "phx_last_sweep_timestamp_seconds"}
    assert {name: explained.get(name) for name in told} == told
    assert explained.keys() - told.keys() == of_redis | {"phx_job_seconds_last_day"}
    up = {one["labels"]["part"]: one["value"] for one in json.loads(done.output)["metrics"] if one["name"] == "phx_up"}
    assert up == {"catalogue": 1, "redis": 0, "store": 1}
