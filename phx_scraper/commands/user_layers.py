"""The user's own settings (`phx.toml`, the environment) put into those of a command, below its command line."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from phx_scraper.config.user_settings import Layer, user_settings

FIRST_PRIORITY = SETTINGS_PRIORITIES["spider"] + 1
"""That of the least specific place; each further one has the next, and the command line stands above them all."""


def take_user_settings(settings: BaseSettings, beside: Path | None) -> list[Layer]:
    """Set what the user's files and the environment say. Raises UsageError for what cannot be read."""
    layers = user_settings(beside, os.environ)
    for priority, layer in enumerate(layers, FIRST_PRIORITY):
        for name, value in layer.values.items():
            settings.set(name, value, priority=priority)
    return layers


def places_in_force(settings: BaseSettings, layers: Sequence[Layer]) -> dict[str, str]:
    """Where each setting was set that the command line does not change."""
    found = {name: place for layer in layers for name, place in layer.places.items()}
    return {name: place for name, place in found.items() if is_users(settings, name) and not is_typed(settings, name)}


def sentence_of(settings: BaseSettings, layers: Sequence[Layer]) -> str:
    """Which places of the user's settings are in force, and for what; empty where none is."""
    places = places_in_force(settings, layers)
    named = []
    for layer in layers:
        names = [name for name, place in layer.places.items() if places.get(name) == place]
        if names:
            named.append(f"{layer.title} ({', '.join(names)})")
    return f"Settings of yours: {'; '.join(named)}." if named else ""


def is_users(settings: BaseSettings, name: str) -> bool:
    """Whether a setting was chosen by the user: in a file, the environment or the command line."""
    return (settings.getpriority(name) or 0) >= FIRST_PRIORITY


def is_typed(settings: BaseSettings, name: str) -> bool:
    """Whether it was chosen on the command line."""
    return (settings.getpriority(name) or 0) >= SETTINGS_PRIORITIES["cmdline"]


def folder_of_list(args: Sequence[str], opts: argparse.Namespace) -> Path | None:
    """The folder of the list of homes that a command line names, by `-a addresses=` or as an argument."""
    named = [text.partition("=")[2] for text in _arguments(opts) if text.startswith("addresses=")] or args
    paths = [Path(text) for text in named if text and "\0" not in text]
    return next((path.parent for path in paths if os.access(path, os.F_OK)), None)


def _arguments(opts: argparse.Namespace) -> Iterable[str]:
    """What `-a` was given, before Scrapy has made pairs of it."""
    written = getattr(opts, "spargs", None)
    return written if isinstance(written, list) else ()
