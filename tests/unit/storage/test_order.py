"""The end state does not depend on the order of sources, on interruptions, or on how visits interleave."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from phx_scraper.model.visit import VisitLease
from phx_scraper.storage.catalogue import leases, listings
from phx_scraper.views import write_all
from tests.catalogue_calls import write
from tests.snapshot import Snapshot, differences, snapshot
from tests.unit.storage.catalogue_helpers import BROKEN, SOURCES, Collector, Shown, homes, listing

scenes = st.sampled_from(["front", "kitchen", "pool", BROKEN])
widths = st.sampled_from([500, 1000, 2000])
galleries = st.lists(st.tuples(scenes, widths), max_size=5).map(
    lambda pairs: [Shown(f"k{number}", scene, width) for number, (scene, width) in enumerate(pairs)]
)
# A step is one source's next photo, or its end when all are there; the rest happens at the end in source order.
steps = st.lists(st.sampled_from(SOURCES), max_size=20)


def undisturbed(root: Path, shown: dict[str, list[Shown]]) -> Snapshot:
    made = Collector(root, fsync=False, show=shown.__getitem__)
    made.begin(homes(1))
    for source in SOURCES:
        lease = made.lease(homes(1)[0].property_hash, source)
        assert lease is not None
        made.collect(lease)
    return closed(made)


def interleaved(root: Path, shown: dict[str, list[Shown]], way: list[str]) -> Snapshot:
    made = Collector(root, fsync=False, show=shown.__getitem__)
    made.begin(homes(1))
    home = homes(1)[0].property_hash
    for source in [*way, *(source for source in SOURCES for _ in range(7))]:
        lease = made.lease(home, source)
        if lease is None:
            continue
        if lease.needs_page or not lease.photos:
            advance_page(made, shown, source, lease)
        else:
            made.fetch(lease.photos[-1])
            write(made.catalogue, leases.release, lease)
    return closed(made)


def advance_page(made: Collector, shown: dict[str, list[Shown]], source: str, lease: VisitLease) -> None:
    if lease.needs_page:
        write(made.catalogue, listings.record, lease, listing(source, shown[source]), 1.0)
        write(made.catalogue, leases.release, lease)
    else:
        made.finish(lease)


def closed(made: Collector) -> Snapshot:
    write_all(made.catalogue, made.files)
    taken = snapshot(made.catalogue, made.files)
    made.catalogue.close()
    return taken


@settings(max_examples=12)
@given(st.fixed_dictionaries(dict.fromkeys(SOURCES, galleries)), steps)
def test_the_order_of_arrival_does_not_matter(shown: dict[str, list[Shown]], way: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = undisturbed(Path(folder, "plain"), shown)
        assert differences(plain, interleaved(Path(folder, "other"), shown, way)) == []


def test_a_snapshot_sees_every_kind_of_difference(tmp_path: Path) -> None:
    shown = {source: [Shown("a", "front"), Shown("b", "front", 500)] for source in SOURCES}
    plain = undisturbed(tmp_path / "plain", shown)
    assert sum(len(rows) for rows in plain.rows.values()) == 1 + 3 + 3 + 3 + 6 + 2
    more = undisturbed(tmp_path / "more", {**shown, "redfin": [Shown("a", "pool")]})
    found = differences(plain, more)
    assert any(line.startswith("- row of photos") and '"b"' in line for line in found)
    assert any(line.startswith("+ file processed/") for line in found)
    assert any("homes/" in line and "img_002.png" in line for line in found)
    assert differences(plain, plain) == []


def test_a_damaged_and_an_orphan_file_are_differences(tmp_path: Path) -> None:
    made = Collector(tmp_path, fsync=False)
    made.begin(homes(1), ["zillow"])
    lease = made.lease(homes(1)[0].property_hash, "zillow")
    assert lease is not None
    made.collect(lease)
    plain = snapshot(made.catalogue, made.files)
    (path,) = {path for path in plain.files if path.endswith("img_001.png")}
    made.files.path(path).chmod(0o644)
    made.files.path(path).write_bytes(b"damaged")
    made.files.replace("processed/stray.png", [b"stray"])
    found = differences(plain, snapshot(made.catalogue, made.files))
    assert any(line.startswith("+ file processed/stray.png") for line in found)
    assert any(line.startswith(f"- file {path}") for line in found)
    made.catalogue.close()
