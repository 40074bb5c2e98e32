"""A run without changes writes no JSON file; any change, by any process, rewrites them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from phx_scraper import views
from phx_scraper.storage.catalogue import registration, restart_visits
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.database import Database
from phx_scraper.storage.catalogue.requeue import retry
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views import JSON_FILES, write_all, write_changed
from phx_scraper.views.stale_views import renew_views, stale_views
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, finish_visit, homes

DAVIS, SUNRISE = (home.property_hash for home in homes(2))


@pytest.fixture
def shown(collector: Collector) -> Collector:
    collector.begin(homes(2))
    collect(collector, DAVIS)
    write_all(collector.catalogue, collector.files)
    return collector


def collect(collector: Collector, property_hash: str) -> None:
    held = collector.lease(property_hash, "zillow")
    assert held is not None
    collector.collect(held)


def fail(collector: Collector) -> None:
    held = collector.lease(SUNRISE, "zillow")
    assert held is not None
    finish_visit(collector.catalogue, held, "blocked", "captcha", lambda images: [], 50.0, 350.0)


def ask_all_again(collector: Collector) -> None:
    database = Database(collector.catalogue.path)
    with database.write() as connection:
        assert retry(connection, ["zillow"], "").photos
    database.close()


CHANGES: dict[str, Callable[[Collector], object]] = {
    "another home": lambda it: write(it.catalogue, registration.register, homes(3), ["zillow"], it.run_id),
    "another source": lambda it: write(it.catalogue, registration.register, homes(2), ["maricopa_assessor"], it.run_id),
    "a visit": lambda it: collect(it, SUNRISE),
    "a refusal": fail,
    "force": lambda it: write(it.catalogue, restart_visits.requeue, [DAVIS], ["zillow"]),
    "fresh": lambda it: write(it.catalogue, restart_visits.forget, [DAVIS], ["zillow"]),
    "retry": ask_all_again,
}


def written(files: FolderStore) -> dict[str, tuple[int, int]]:
    found = {}
    for name in JSON_FILES:
        path = files.path(f"metadata/{name}.json")
        found[name] = (path.stat().st_mtime_ns, path.stat().st_ino)
    return found


def stale_documents(collector: Collector) -> list[str]:
    """Folders follow when a visit of their home ends."""
    found = stale_views(collector.catalogue, collector.files)
    return [path for path, _ in found if path.startswith("metadata/")]


def test_current_views_are_not_rewritten(shown: Collector) -> None:
    before = written(shown.files)
    write_changed(shown.catalogue, shown.files)
    write(shown.catalogue, registration.register, homes(2), ["zillow"], shown.run_id)
    write_changed(shown.catalogue, shown.files)
    assert written(shown.files) == before


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_updates_the_views(shown: Collector, change: str) -> None:
    before = written(shown.files)
    CHANGES[change](shown)
    write_changed(shown.catalogue, shown.files)
    assert stale_documents(shown) == []
    after = written(shown.files)
    assert all(after[name] != before[name] for name in JSON_FILES)
    write_changed(shown.catalogue, shown.files)
    assert written(shown.files) == after


def test_changes_of_another_process_update_the_views(shown: Collector) -> None:
    other = Catalogue.open(shown.catalogue.path)
    write(other, registration.register, homes(3), ["zillow"], shown.run_id)
    other.close()
    write_changed(shown.catalogue, shown.files)
    assert list(stale_views(shown.catalogue, shown.files)) == []


@pytest.mark.parametrize("name", JSON_FILES)
def test_a_missing_view_is_restored(shown: Collector, name: str) -> None:
    shown.files.path(f"metadata/{name}.json").unlink()
    write_changed(shown.catalogue, shown.files)
    assert json.loads(Path(shown.files.path(f"metadata/{name}.json")).read_text())["version"]


def test_another_form_of_the_files_is_written_once(shown: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(shown.files)
    monkeypatch.setattr(views, "FORM", views.FORM + 1)
    write_changed(shown.catalogue, shown.files)
    after = written(shown.files)
    assert after != before
    write_changed(shown.catalogue, shown.files)
    assert written(shown.files) == after


def test_a_repair_writes_them_whatever_they_are_said_to_show(shown: Collector) -> None:
    path = shown.files.path("metadata/url_tracker.json")
    path.write_text("{}")
    renew_views(shown.catalogue, shown.files)
    assert list(stale_views(shown.catalogue, shown.files)) == []
