"""What the tests of the report ask of a browser, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

LOCAL = ("file:", "data:", "about:", "blob:")


@dataclass
class Seen:
    """What a browser told while pages were open: errors and warnings of its console, and addresses that it asked."""

    problems: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def network(self) -> list[str]:
        """Addresses that are not of this disk."""
        return [url for url in self.asked if not url.startswith(LOCAL)]


class Tab(Protocol):
    """One tab. Keys have the names of `KeyboardEvent.key`."""

    name: str
    seen: Seen

    def open(self, url: str) -> None:
        """Go there, and wait until all of the page is loaded."""

    def size(self, width: int, height: int) -> None:
        """Let the page have so many CSS pixels."""

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, as JSON tells it; also where pages may run no script."""

    def wait(self, expression: str) -> Any:
        """The value that the promise of an expression comes to."""

    def press(self, *keys: str) -> None:
        """Press and release keys, one after the other."""


class Browser(Protocol):
    """A running browser."""

    def tab(self, *, scripts: bool = True, dark: bool = False) -> Tab:
        """A tab of its own, where pages may run scripts or not and the system is dark or light."""

    def close(self) -> None:
        """End it."""


def fit(tab: Tab, url: str, width: int, height: int = 900) -> None:
    """Open a page at a width."""
    tab.size(width, height)
    tab.open(url)


def comes_true(tab: Tab, condition: str, seconds: float = 20) -> bool:
    """Whether a JavaScript condition holds within so many seconds: a dialog's `close` event is of a later task."""
    return bool(
        tab.wait(
            f"""new Promise(done => {{ const until = performance.now() + {1000 * seconds};
            const look = () => {{ const holds = Boolean({condition});
              if (holds || performance.now() > until) done(holds); else setTimeout(look, 10); }};
            look(); }})"""
        )
    )


def pages_of(store: Path) -> list[Path]:
    """Every page of a report."""
    return sorted((store / "report").rglob("*.html"))
