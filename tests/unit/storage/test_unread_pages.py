from __future__ import annotations

import gzip
from pathlib import Path

from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.unread_pages import KEPT_PER_SOURCE, MAX_BODY_BYTES, keep_page


def test_a_page_is_kept_compressed(tmp_path: Path) -> None:
    files = FolderStore(tmp_path, fsync=False)
    path = keep_page(files, "zillow", "686067a4", b"<html>odd</html>")
    assert gzip.decompress(files.read(path)) == b"<html>odd</html>"


def test_a_huge_page_is_cut(tmp_path: Path) -> None:
    files = FolderStore(tmp_path, fsync=False)
    path = keep_page(files, "zillow", "686067a4", b"x" * (MAX_BODY_BYTES + 1))
    assert len(gzip.decompress(files.read(path))) == MAX_BODY_BYTES


def test_the_number_of_pages_is_bounded(tmp_path: Path) -> None:
    files = FolderStore(tmp_path, fsync=False)
    for number in range(KEPT_PER_SOURCE + 5):
        last = keep_page(files, "zillow", f"{number:08x}", b"page")
    assert len(files.names("metadata/unread/zillow")) == KEPT_PER_SOURCE
    assert files.exists(last)
