"""What a worker was told, for the process that it forks for each slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from phx_scraper.model.catalogue_place import CataloguePlace


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """The catalogue's place, a folder for lists, and the settings that crawls get, each as `NAME=VALUE`.

    `has_report`: the store has a report, which is written when a job is over.
    """

    catalogue: CataloguePlace
    lists: Path
    settings: Sequence[str] = ()
    has_report: bool = False


_current: list[WorkerSetup] = []


def set_up(setup: WorkerSetup) -> None:
    """To be called once, before the first slice."""
    _current[:] = [setup]


def current_setup() -> WorkerSetup:
    """What was set up, in the worker or in what it has forked."""
    return _current[0]
