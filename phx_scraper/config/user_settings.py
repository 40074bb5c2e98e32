"""The settings of a user, from the least to the most specific place: files, then the environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phx_scraper.config.fields import FIELDS
from phx_scraper.config.unknown_names import OURS, near_name
from phx_scraper.config.user_file import user_files
from phx_scraper.errors import UsageError


@dataclass(frozen=True, slots=True)
class Layer:
    """Settings of one place; `title` names it, `places` say of each setting where it stands."""

    title: str
    values: Mapping[str, Any]
    places: Mapping[str, str]


def user_settings(beside: Path | None, environment: Mapping[str, str]) -> list[Layer]:
    """The layers of the user's settings, those with precedence last. Raises UsageError for one that cannot be read.

    They are: `phx.toml` of the user's configuration folder, of the working folder and of `beside`, the folder of the
    list of homes; and the environment.
    """
    files = user_files((Path.cwd(), beside), environment)
    layers = [Layer(str(file.path), file.values, {name: file.place(name) for name in file.values}) for file in files]
    values = _of_environment(environment)
    layers.append(Layer("the environment", values, dict.fromkeys(values, "the environment")))
    return layers


def with_places(sentence: str, places: Mapping[str, str]) -> str:
    """The sentence, and where the settings that it names were set."""
    named = [f"{name} is set in {place}" for name, place in places.items() if re.search(rf"\b{name}\b", sentence)]
    return f"{sentence} ({'; '.join(named)})" if named else sentence


def _of_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Empty variables are not set. Other programs have variables with our prefix too: only near ones are slips."""
    _check_variables(environment)
    return {name: environment[name] for name in FIELDS if environment.get(name)}


def _check_variables(environment: Iterable[str]) -> None:
    for name in environment:
        if name.startswith(OURS) and name not in FIELDS and (near := near_name(name, FIELDS)):
            raise UsageError(f"the environment variable {name} is no setting of this project; did you mean {near}?")
