"""`make demo` opens its report where somebody sees it, and nowhere else."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "demo.py"
DISPLAY = {"DISPLAY": ":0"}


@pytest.fixture
def demo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("platform", "environment", "is_watched", "is_opened"),
    [
        ("linux", DISPLAY, True, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True, True),
        ("linux", {}, True, False),
        ("linux", {"SSH_CONNECTION": "1 2 3 4"}, True, False),
        ("linux", DISPLAY, False, False),
        ("linux", DISPLAY | {"CI": "true"}, True, False),
        ("darwin", {}, True, True),
        ("darwin", {"SSH_CONNECTION": "1 2 3 4"}, True, False),
    ],
)
def test_the_report_is_opened_for_a_person_with_windows(
    demo: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    platform: str,
    environment: dict[str, str],
    is_watched: bool,
    is_opened: bool,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(demo.webbrowser, "open", opened.append)
    monkeypatch.setattr(demo.sys, "platform", platform)
    report = tmp_path / "index.html"
    demo.show(report, environment, is_watched=is_watched)
    assert opened == []  # it is not there
    report.touch()
    demo.show(report, environment, is_watched=is_watched)
    assert opened == ([report.as_uri()] if is_opened else [])
