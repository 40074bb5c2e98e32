"""Crawls, cleanings, forgettings and retries in any order, while listings change: no check complains, nothing that is
there is fetched again, and the end is that of a crawl that began with nothing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from phx_scraper.model.photo import Photo
from phx_scraper.reconcile.check import check
from phx_scraper.reconcile.clean_plan import ORIGINAL, REMOVED, Wanted, clean_plan
from phx_scraper.reconcile.clean_store import take_off
from phx_scraper.storage.catalogue import photos as photo_table
from phx_scraper.storage.catalogue import requeue, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views.finish_removals import finish_removals
from phx_scraper.views.stale_views import stale_views
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes

EXAMPLES = int(os.environ.get("STEERING_EXAMPLES", "4"))
SOURCES = ("zillow", "redfin")
HOMES = [home.property_hash for home in homes(2)]
# Of each source three photos, two of which are copies of the other source's, smaller or larger.
KNOWN = {
    "zillow": [Shown("z1", "front", 1536), Shown("z2", "kitchen", 900), Shown("z3", "pool", 1536)],
    "redfin": [Shown("r1", "front", 2048), Shown("r2", "kitchen", 800), Shown("r3", "yard", 700)],
}
KEYS = [photo.key for photos in KNOWN.values() for photo in photos]

some_keys = st.lists(st.sampled_from(KEYS), unique=True)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("crawl"), some_keys),
        st.tuples(st.just("list"), some_keys),
        st.tuples(st.just("clean"), st.sampled_from([(REMOVED,), (ORIGINAL,), (REMOVED, ORIGINAL)])),
        st.tuples(st.just("forget"), st.sampled_from(HOMES)),
        st.tuples(st.just("retry"), st.sampled_from(["", "timeout", "cleaned"])),
    ),
    min_size=2,
    max_size=7,
)
Photos = list[tuple[str, str, str, str, str | None]]


class World:
    """A store, and what the sources list at the moment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.listed = KEYS
        self.originals_were_cleaned = False

    def open(self, work: Callable[[Catalogue], Any]) -> Any:
        catalogue = Catalogue.open(self.root / "metadata" / "catalogue.sqlite")
        try:
            return work(catalogue)
        finally:
            catalogue.close()

    def crawl(self, failing: Sequence[str] = ()) -> None:
        """One run that looks at everything; these photos time out."""
        kept, copies = self.open(lambda catalogue: had(catalogue))
        asked: list[tuple[str, str]] = []

        class Run(Collector):
            def fetch(self, photo: Photo, property_hash: str = "") -> None:
                asked.append((property_hash, photo.key))
                if photo.key in failing:
                    write(self.catalogue, photo_table.fail, photo.photo_id, "timeout", 1.0)
                else:
                    super().fetch(photo, property_hash)

        def show(source: str) -> list[Shown]:
            return [photo for photo in KNOWN[source] if photo.key in self.listed]

        Run(self.root, fsync=False, show=show).run(homes(2), SOURCES)
        assert not kept.intersection(asked), "a picture that is there was fetched again"
        assert self.originals_were_cleaned or not copies.intersection(asked)

    def later(self) -> None:
        """So much later that everything is due."""
        long_ago = {name: schema.visits.c[name] - 8 * 86400 for name in ("finished_at",)}
        self.open(lambda catalogue: write(catalogue, lambda tx: tx.execute(update(schema.visits).values(**long_ago))))

    def clean(self, kinds: Sequence[str]) -> None:
        def work(catalogue: Catalogue) -> None:
            files = FolderStore(self.root, fsync=False)
            with catalogue.reading() as tx:
                plan = clean_plan(
                    tx, FolderStore(self.root, changes=False), catalogue.path, Wanted(dict.fromkeys(kinds, 0.0))
                )
            take_off(catalogue, files, plan.going)
            finish_removals(catalogue, files)

        self.open(work)
        self.originals_were_cleaned |= ORIGINAL in kinds

    def forget(self, home: str) -> None:
        def work(catalogue: Catalogue) -> None:
            write(catalogue, forget_homes, [home])
            finish_removals(catalogue, FolderStore(self.root, fsync=False))

        self.open(work)

    def step(self, name: str, what: Any) -> None:
        if name == "list":
            self.listed = what
        elif name == "retry":
            self.open(lambda catalogue: write(catalogue, requeue.retry, SOURCES, what))
        else:
            if name == "crawl":
                self.later()
            getattr(self, name)(what)
            assert self.complaints() == []

    def complaints(self) -> list[object]:
        def work(catalogue: Catalogue) -> list[object]:
            found = check(catalogue, FolderStore(self.root, changes=False), 1.0).problems
            return [*found, *stale_views(catalogue, FolderStore(self.root, fsync=False))]

        return self.open(work)  # type: ignore[no-any-return]

    def end(self) -> tuple[Photos, dict[str, bytes], set[str]]:
        """Listed photos as they stand, what a person sees of each home, and the pictures of the store."""
        pictures = {path.name for path in (self.root / "processed").rglob("*.png")}
        seen = {str(path.relative_to(self.root)): path.read_bytes() for path in self.root.glob("homes/*/img_*.png")}
        return self.open(listed_photos), seen, pictures


def had(catalogue: Catalogue) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Home and key of photos whose picture is kept, and of copies, all of them listed."""
    photos = schema.photos
    found: dict[str, set[tuple[str, str]]] = {"stored": set(), "duplicate": set()}
    with catalogue.reading() as tx:
        for row in tx.execute(select(photos).where(photos.c.state.in_(found), photos.c.removed_at.is_(None))):
            found[row.state].add((row.property_hash, row.key))
    return found["stored"], found["duplicate"]


def listed_photos(catalogue: Catalogue) -> Photos:
    photos, kept = schema.photos, schema.photos.alias("kept")
    query = select(photos, kept.c.key.label("of")).outerjoin(kept, kept.c.id == photos.c.duplicate_of)
    with catalogue.reading() as tx:
        rows = tx.execute(query.where(photos.c.removed_at.is_(None))).all()
    return sorted((row.property_hash, row.key, row.state, row.reason, row.of) for row in rows)


@given(steps)
@settings(max_examples=EXAMPLES, derandomize=EXAMPLES < 10)
def test_any_order_ends_as_a_crawl_that_began_with_nothing(chosen: list[tuple[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "steered")
        world.crawl()
        for name, what in chosen:
            world.step(name, what)
        # A copy that is kept again and has no file is fetched by the run after the one that found it out.
        for _ in range(2):
            world.later()
            world.crawl()
        world.clean([REMOVED])
        assert world.complaints() == []
        fresh = World(Path(folder) / "fresh")
        fresh.listed = world.listed
        fresh.crawl()
        assert world.end() == fresh.end()
