"""`categorised/`: every kept picture by what it shows; what a person put or changed there stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from phx_scraper.reconcile.rebuild import rebuild
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.files.categorised_names import parse
from phx_scraper.views import write_all, write_changed
from phx_scraper.views.finish_removals import finish_removals
from phx_scraper.views.stale_views import renew_views, stale_views
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes, process
from tests.unit.storage.category_helpers import FRONT, POOL, ROOM, correct, photos_of, visit_saying
from tests.unit.storage.visit_helpers import HOME, end_run, next_run

DAY = "2024-12-01"
KITCHEN = f"int/kitchen/{HOME}_int_kitchen_90_z_20241201.png"


@pytest.fixture
def shown(collector: Collector) -> Iterator[Collector]:
    """A home with a kitchen, two pools and a picture of which nothing is known."""
    collector.begin(homes(1))
    again = Shown("d", "other-pool", 800)
    visit_saying(collector, (ROOM, "Kitchen", ()), (POOL, "Pool", ()), (again, "Pool", ()), (FRONT, "", ()), day=DAY)
    write_all(collector.catalogue, collector.files)
    yield collector
    collector.catalogue.close()


def found(collector: Collector) -> list[str]:
    root = collector.root / "categorised"
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def place(collector: Collector, path: str = KITCHEN) -> Path:
    return collector.root / "categorised" / path


def replaced(path: Path, data: bytes) -> None:
    """As an editor does: the old file goes, another has its name."""
    path.unlink()
    path.write_bytes(data)


def test_pictures_lie_by_what_they_show(shown: Collector) -> None:
    assert found(shown) == [
        f"ext/pool/{HOME}_ext_pool_90_z_20241201.png",
        f"ext/pool/{HOME}_ext_pool_90_z_20241201_02.png",
        KITCHEN,
        f"unk/unknown/{HOME}_unk_unknown_00_z_20241201.png",
    ]
    image = photos_of(shown)["zillow", "b"].image
    assert image is not None
    assert place(shown).samefile(shown.root / image.path)
    assert list(stale_views(shown.catalogue, shown.files)) == []


def test_without_a_listing_date_the_day_of_the_first_run_counts(collector: Collector) -> None:
    began = datetime.now(UTC)
    collector.begin(homes(1))
    visit_saying(collector, (ROOM, "Kitchen", ()))
    later = {"first_run_id": collector.run_id, "downloaded_at": 1_000_000_000.0}
    write(collector.catalogue, lambda tx: tx.execute(update(schema.photos).values(**later)))
    write_all(collector.catalogue, collector.files)
    [name] = [parse(Path(path).name) for path in found(collector)]
    assert name is not None
    assert name.day in {moment.strftime("%Y%m%d") for moment in (began, datetime.now(UTC))}


def test_a_picture_moves_when_it_is_corrected(shown: Collector) -> None:
    correct(shown, "b", "laundry")
    write_changed(shown.catalogue, shown.files)
    assert f"int/laundry/{HOME}_int_laundry_100_z_20241201.png" in found(shown)
    assert KITCHEN not in found(shown)
    assert not place(shown).parent.exists()


def test_a_picture_that_the_listing_drops_goes(shown: Collector) -> None:
    next_run(shown)
    visit_saying(shown, (ROOM, "Kitchen", ()), day=DAY)
    write_changed(shown.catalogue, shown.files)
    assert found(shown) == [KITCHEN]


def test_what_a_person_put_there_stays_and_what_they_changed_is_kept(shown: Collector) -> None:
    place(shown, "int/kitchen/holiday.png").write_bytes(b"mine")
    replaced(place(shown), b"edited")
    correct(shown, "c", "spa")
    write_changed(shown.catalogue, shown.files)
    kept = place(shown, KITCHEN.replace(".png", ".yours.png"))
    assert (kept.read_bytes(), place(shown, "int/kitchen/holiday.png").read_bytes()) == (b"edited", b"mine")
    image = photos_of(shown)["zillow", "b"].image
    assert image is not None
    assert place(shown).samefile(shown.root / image.path)


def test_an_edited_picture_that_would_go_stays(shown: Collector) -> None:
    replaced(place(shown), b"edited")
    correct(shown, "b", "laundry")
    write_changed(shown.catalogue, shown.files)
    assert place(shown).read_bytes() == b"edited"


def test_a_home_that_is_forgotten_leaves_nothing_there(shown: Collector) -> None:
    replaced(place(shown), b"edited")
    end_run(shown)
    write(shown.catalogue, forget_homes, [HOME])
    finish_removals(shown.catalogue, shown.files)
    assert found(shown) == [KITCHEN], "but for what a person changed"


def test_a_lost_file_is_named_and_written_again(shown: Collector) -> None:
    place(shown).unlink()
    end_run(shown)
    assert [path for path, _ in stale_views(shown.catalogue, shown.files)] == [f"categorised/{KITCHEN}"]
    renew_views(shown.catalogue, shown.files)
    assert list(stale_views(shown.catalogue, shown.files)) == []
    assert place(shown).is_file()


def test_what_an_earlier_catalogue_put_there_is_taken_over(shown: Collector) -> None:
    shown.catalogue.close()
    shown.catalogue.path.unlink()
    rebuild(shown.catalogue.path, shown.files, process)
    shown.catalogue = Catalogue.open(shown.catalogue.path)
    correct(shown, "b", "laundry")
    write_all(shown.catalogue, shown.files)
    assert KITCHEN not in found(shown)
    assert len(found(shown)) == 4
