"""The console on which a run is shown."""

from __future__ import annotations

from rich.console import Console


class RunConsole(Console):
    """On standard error. Where its reader goes away the run goes on unseen; rich would end it, with exit code 1."""

    def __init__(self) -> None:
        super().__init__(stderr=True, highlight=False)

    def on_broken_pipe(self) -> None:
        """Say nothing more."""
        self.quiet = True
