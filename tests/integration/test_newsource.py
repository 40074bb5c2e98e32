"""A fifth source in four places: the command writes them, the test fails, four small edits make it collect."""

from __future__ import annotations

import http.server
import io
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.integration.crawls import REPOSITORY, environment, rows

HOME = "1200 W Saguaro Ln, Peoria, AZ 85345"
PAGE = {"address": HOME, "id": "1", "photos": ["https://www.toy.example/photo/1.jpg"]}
READER = '''
def read_search(url: str, body: bytes, status: int = 200) -> tuple[Candidate, ...]:
    """The homes that a search names."""
    text = page_text("toy", url, body, status, must_exist=True)
    try:
        hits = json.loads(text)
        return tuple(Candidate(hit["address"], {"toy": hit["id"]}, f"{_SITE}/home/{hit['id']}") for hit in hits)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise NotUnderstood("hits") from error


def read(url: str, body: bytes, status: int = 200) -> Listing:
    """The listing on a home's page."""
    text = page_text("toy", url, body, status)
    try:
        home = json.loads(text)
        photos = tuple(Photo(photo[-5], place, photo) for place, photo in enumerate(home["photos"], 1))
        return Listing("toy", url, home["address"], {"toy": home["id"]}, "for_sale", None, len(photos), photos)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise NotUnderstood("home") from error
'''


def picture() -> bytes:
    rows_of_noise = np.random.default_rng(1).integers(0, 255, (30, 40, 3), np.uint8)
    data = io.BytesIO()
    Image.fromarray(rows_of_noise).resize((800, 600)).save(data, "JPEG")
    return data.getvalue()


class ToySite(http.server.BaseHTTPRequestHandler):
    """The site as a replica shows it: /HOST/PATH."""

    def do_GET(self) -> None:
        kind = self.path.removeprefix("/www.toy.example/").partition("?")[0].partition("/")[0]
        answers = {"search": json.dumps([PAGE]).encode(), "home": json.dumps(PAGE).encode(), "photo": picture()}
        self.send_response(200 if kind in answers else 404)
        self.send_header("Content-Length", str(len(answers.get(kind, b""))))
        self.end_headers()
        self.wfile.write(answers.get(kind, b""))

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def toy_url() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), ToySite) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout for a developer of a new source."""
    for name in ("phx_scraper", "tests/unit/pages", "tests/fixtures"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("scrapy.cfg", "pyproject.toml", "tests/__init__.py", "tests/unit/__init__.py", "tests/captures.py"):
        shutil.copy(REPOSITORY / name, tmp_path / name)
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *words]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )


def test_a_toy_source_is_added_and_collects(checkout: Path, toy_url: str) -> None:
    made = run(checkout, "scrapy", "newsource", "toy", "--host", "www.toy.example")
    assert made.returncode == 0, made.stderr
    skeleton = ("phx_scraper/pages/toy.py", "phx_scraper/spiders/toy.py", "phx_scraper/sources.py")
    checked = run(checkout, "ruff", "check", "--no-cache", *skeleton)
    assert checked.returncode == 0, checked.stdout
    formatted = run(checkout, "ruff", "format", "--check", "--no-cache", *skeleton)
    assert formatted.returncode == 0, formatted.stdout
    fixture = run(checkout, "pytest", "-q", "tests/unit/pages/test_fixtures.py", "-k", "toy", "-p", "no:cacheprovider")
    assert fixture.returncode == 1, "the generated test must fail until the page is written"
    assert "is not written yet" in fixture.stdout

    search = "from phx_scraper.pages import toy; toy.read_search('https://www.toy.example/search', b'', 404)"
    moved = run(checkout, "timeit", "-n", "1", "-r", "1", search)
    assert "NotUnderstood: status: 404" in moved.stderr, "a moved search must not say that there is no such home"

    page = checkout / "phx_scraper" / "pages" / "toy.py"
    written = page.read_text(encoding="utf-8").partition("def read_search")[0] + READER.lstrip()
    written = written.replace("from urllib.parse", "import json\nfrom urllib.parse")
    imports = "import Candidate, Listing\nfrom phx_scraper.model.photo import Photo"
    page.write_text(written.replace("import Candidate, Listing", imports), encoding="utf-8")
    first = checkout / "tests" / "fixtures" / "toy" / "first"
    (first / "input.html").write_text(json.dumps(PAGE), encoding="utf-8")
    every = run(checkout, "pytest", "-q", "tests/unit/pages", "-k", "toy", "-p", "no:cacheprovider")
    assert every.returncode == 0, every.stdout

    settings = [
        "-s",
        f"PHX_REPLICA_URL={toy_url}",
        "-s",
        "PHX_DELAY_SCALE=0",
        "-s",
        f"IMAGES_STORE={checkout / 'store'}",
    ]
    crawl = run(checkout, "scrapy", "crawl", "all", "-a", f"address={HOME}", "-a", "sources=toy", *settings)
    assert crawl.returncode == 0, crawl.stdout + crawl.stderr
    assert rows(checkout / "store", "SELECT source, outcome FROM visits") == [("toy", "ok")]
    assert rows(checkout / "store", "SELECT state FROM photos") == [("stored",)]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("zillow", "--host", "www.toy.example"), "zillow"),
        (("Toy!", "--host", "www.toy.example"), "small letters"),
        (("toy", "--host", "www.zillow.com"), "no source has yet"),
        (("toy", "--host", "www.toy.example", "--letter", "z"), "--letter"),
    ],
)
def test_wrong_arguments_write_nothing(words: tuple[str, ...], complaint: str, checkout: Path) -> None:
    before = (checkout / "phx_scraper" / "sources.py").read_bytes()
    made = run(checkout, "scrapy", "newsource", *words)
    assert made.returncode == 2
    assert complaint in made.stderr
    assert "Traceback" not in made.stderr
    assert (checkout / "phx_scraper" / "sources.py").read_bytes() == before
