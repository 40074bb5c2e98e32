"""Pages that Debian's Chromium saved, in every way: whole ones equal a plain crawl, those without scripts are parts.

Two homes here; `python -m tests.integration.saved.measure 12` does the same with twelve.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from phx_scraper.replica import Replica
from tests.integration.crawls import crawl, rows
from tests.integration.saved.photo_hosts_only import PhotoHostsOnly, assert_parts, collected
from tests.integration.saved.saved_homes import HOMES, SITES, page_urls

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() or find_spec("playwright") is None,
    reason="needs Debian's Chromium and playwright (the extra [browser])",
)
WHOLE, PARTS = ("html", "har", "complete"), ("mhtml", "one")


@pytest.fixture(scope="module")
def saves(tmp_path_factory: pytest.TempPathFactory, replica: Replica, plain: Path) -> dict[str, Path]:
    """The folder of each kind of save."""
    from tests.integration.saved.chromium_saves import chromium, save_all

    folder = tmp_path_factory.mktemp("saves")
    with chromium(replica, folder) as browser:
        return save_all(browser, list(page_urls(plain).values()), folder)


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_saves_give_the_catalogue_of_a_plain_crawl(
    kind: str, saves: dict[str, Path], tmp_path: Path, replica: Replica, plain: Path
) -> None:
    with PhotoHostsOnly(replica.url) as sites:
        done = crawl("all", tmp_path / "s", sites.url(), address=HOMES, sources=SITES, pages=saves[kind])
        assert (done.code, sites.page_requests) == (0, []), done.output
    assert collected(tmp_path / "s") == collected(plain)


@pytest.mark.parametrize("kind", PARTS)
def test_saves_without_scripts_are_parts_with_the_right_claim_and_whole_at_phoenix_mls(
    kind: str, saves: dict[str, Path], tmp_path: Path, replica: Replica, plain: Path
) -> None:
    with PhotoHostsOnly(replica.url) as sites:
        done = crawl("all", tmp_path / "s", sites.url(), address=HOMES, sources=SITES, pages=saves[kind])
        assert (done.code, sites.page_requests) == (0, []), done.output
    assert_parts(collected(tmp_path / "s"), collected(plain))
    claims = "SELECT property_hash, source, claimed_photo_count FROM visits ORDER BY 1, 2"
    assert rows(tmp_path / "s", claims) == rows(plain, claims)
    assert "Only a part of the photos was saved of" in done.output
