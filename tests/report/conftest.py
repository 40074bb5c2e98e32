"""Two real browsers on one real report. Where one is not installed its tests say so and are skipped."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from phx_scraper.downloader.browser.chromium import NAMES as CHROMIUMS
from tests.report.firefox import firefox
from tests.report.shown_store import make_store
from tests.report.tab import Browser, Tab, pages_of

FIREFOXES = ("firefox-esr", "firefox")


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("shown"), tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="package")
def pages(store: Path) -> list[str]:
    """Addresses of all pages."""
    return [page.as_uri() for page in pages_of(store)]


@pytest.fixture(scope="package")
def index(store: Path) -> str:
    return (store / "report" / "index.html").as_uri()


@pytest.fixture(scope="package")
def home_page(store: Path) -> str:
    """A home whose page shows the most: photos of several subjects from both sources, and copies."""

    def shows(page: Path) -> tuple[bool, int]:
        text = page.read_text(encoding="utf-8")
        return 'data-chips="source"' in text, text.count('class="pair"')

    return max((store / "report" / "homes").iterdir(), key=shows).as_uri()


@pytest.fixture(scope="package", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    names = CHROMIUMS if request.param == "chromium" else FIREFOXES
    executable = next((found for name in names if (found := shutil.which(name))), None)
    if executable is None:
        pytest.skip(f"no {names[0]} here: as root, apt-get update && apt-get install {names[0]}")
    with contextlib.ExitStack() as stack:
        if request.param == "firefox":
            yield stack.enter_context(firefox(executable))
        else:
            if find_spec("playwright") is None:
                pytest.skip("the [browser] extra is not installed")
            from tests.report.chromium import chromium

            yield stack.enter_context(chromium(executable))


@pytest.fixture
def tab(browser: Browser) -> Tab:
    return browser.tab()
