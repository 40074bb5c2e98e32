"""What a worker was told, for the process that it forks for each slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """The catalogue's place, a folder for lists, and the settings that crawls get, each as `NAME=VALUE`."""

    catalogue: str | Path
    lists: Path
    settings: Sequence[str] = ()


_current: list[WorkerSetup] = []


def set_up(setup: WorkerSetup) -> None:
    """To be called once, before the first slice."""
    _current[:] = [setup]


def current_setup() -> WorkerSetup:
    """What was set up, in the worker or in what it has forked."""
    return _current[0]
