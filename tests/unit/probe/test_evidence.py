"""The evidence of a probe: bounded, without what is personal; a person's own files beside it stay."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from phx_scraper.probe import evidence
from phx_scraper.probe.observer import Exchange
from phx_scraper.storage.files.folder_store import FolderStore

MOMENT = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
ANSWER = Exchange(
    "GET",
    "https://www.zillow.com/",
    403,
    (
        ("Set-Cookie", "session=abcdef; Path=/"),
        ("Content-Type", "text/html"),
        ("X-Client-IP", "203.0.113.77"),
        ("Location", "/captcha?uuid=abcdef&vid=123456"),
        ("X-Secret", "token-of-mine"),
    ),
    b"<p>203.0.113.77 (602) 555-0142 token-of-mine</p>",
    "h2",
)


@pytest.fixture
def files(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path, fsync=False)


def keep(files: FolderStore, *exchanges: Exchange, moment: datetime = MOMENT) -> Path:
    report = {"sources": [], "note": "token-of-mine"}
    return files.path(evidence.keep_evidence(files, moment, {"zillow": exchanges}, report, ["token-of-mine"]))


def test_heads_and_bodies_are_kept_without_what_is_personal(files: FolderStore) -> None:
    folder = keep(files, ANSWER)
    head = (folder / "zillow-01.head.txt").read_text()
    body = gzip.decompress((folder / "zillow-01.body.gz").read_bytes()).decode()
    assert "h2 403" in head
    assert "Set-Cookie: session=(left out)" in head
    assert "Content-Type: text/html" in head
    everything = head + body + (folder / "report.json").read_text()
    for secret in ("abcdef", "203.0.113", "555-0142", "token-of-mine", "123456"):
        assert secret not in everything


def test_a_request_without_an_answer_says_why(files: FolderStore) -> None:
    folder = keep(files, Exchange("GET", "https://www.zillow.com/", failure="DownloadTimeoutError: late"))
    assert "no answer: DownloadTimeoutError: late" in (folder / "zillow-01.head.txt").read_text()
    assert not (folder / "zillow-01.body.gz").exists()


def test_pictures_are_not_kept_but_pages_that_call_themselves_so_are(files: FolderStore) -> None:
    kind = (("Content-Type", "image/jpeg"),)
    picture = Exchange("GET", "https://x/1.jpg", 200, kind, b"\xff\xd8\xff")
    folder = keep(files, picture, Exchange("GET", "https://x/2.jpg", 200, kind, b"<html>no picture</html>"))
    assert [path.name for path in sorted(folder.glob("*.gz"))] == ["zillow-02.body.gz"]


def test_number_and_size_are_bounded(files: FolderStore) -> None:
    large = Exchange("GET", "https://x/", 200, (), b"a" * (evidence.MOST_BODY_BYTES + 10))
    folder = keep(files, large, *[ANSWER] * 100)
    assert len(list(folder.glob("*.head.txt"))) == evidence.MOST_EXCHANGES
    assert len(gzip.decompress((folder / "zillow-01.body.gz").read_bytes())) == evidence.MOST_BODY_BYTES


def test_the_newest_probes_are_kept_and_strangers_stay(files: FolderStore) -> None:
    files.replace(f"{evidence.FOLDER}/notes/mine.txt", [b"mine"])
    kept = [keep(files, ANSWER, moment=MOMENT + timedelta(hours=number)) for number in range(13)]
    names = files.names(evidence.FOLDER)
    assert names == [*[path.name for path in kept[-evidence.KEPT_PROBES :]], "notes"]


def test_two_probes_of_one_second_have_two_folders(files: FolderStore) -> None:
    assert keep(files, ANSWER) != keep(files, ANSWER)
