"""One HTML page out of a template: escaped, with links relative to where it lies, under a strict content policy.

What is shown comes from pages of other people. Nothing of it is markup (autoescape), and the policy lets the browser
run and draw only what this program wrote: style and script stand in the page and are named by their hash, pictures come
from the store. So it opens from `file://` as from a server.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from phx_scraper.report import text_filters
from phx_scraper.report.command_settings import CommandSettings
from phx_scraper.report.navigation import NAVIGATION
from phx_scraper.version import __version__
from phx_scraper.views.templates import templates

_STATIC = files("phx_scraper.report") / "static"
_STYLE, _SCRIPT = "report.css", "report.js"


def render(
    template: str,
    *,
    place: str,
    title: str,
    store: str | None = None,
    commands: CommandSettings | None = None,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    **values: Any,
) -> str:
    """The page of `templates/{template}` that lies at `place`, a path of the store such as `report/index.html`.

    `scripts` and `styles` are files of `static/` beside `report.js` and `report.css`; `store` is the place of the store
    itself, for commands that name it; `commands` is what else they carry. Templates get `to(path)`: the link from this
    page to a path of the store. Their values are escaped; text of other people goes into `<bdi>`, its links through
    `web_link`.
    """
    worn, used = (tuple(_static(name) for name in names) for names in ((_STYLE, *styles), (_SCRIPT, *scripts)))
    values["commands"] = commands or CommandSettings()
    values |= {"title": title, "place": place, "store": store, "policy": _policy(worn, used), "navigation": NAVIGATION}
    values["styles"], values["scripts"] = ([Markup(text) for text in texts] for texts in (worn, used))  # noqa: S704  # nosec B704 # ours
    return _templates().get_template(template).render(to=lambda path: link(place, path), **values)


def link(place: str, path: str) -> str:
    """The relative URL from the page at one path of the store to another, or to a part of a page: `….html#part`."""
    # Only pages have parts: the folder of a store may have any name.
    target, page, part = path.partition(".html#")
    folder, parts = place.split("/")[:-1], f"{target}{page[:-1]}".split("/")
    while folder and len(parts) > 1 and folder[0] == parts[0]:
        del folder[0], parts[0]
    return quote(os.fsencode("/".join([".."] * len(folder) + parts))) + page[-1:] + part


@cache
def form() -> str:
    """A digest of version, templates, style and scripts: pages that were made of others are made anew."""
    digest = hashlib.sha256(__version__.encode())
    for folder in ("templates", "static"):
        for entry in sorted((files("phx_scraper.report") / folder).iterdir(), key=lambda entry: entry.name):
            if entry.is_file():
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()


@cache
def _templates() -> Environment:
    return templates("phx_scraper.report", text_filters.FILTERS)


@cache
def _static(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8").replace("\r\n", "\n")


@cache
def _policy(styles: tuple[str, ...], scripts: tuple[str, ...]) -> str:
    return (
        f"default-src 'none'; img-src 'self' data:; style-src {_hashes(styles)}; script-src {_hashes(scripts)};"
        " base-uri 'none'; form-action 'none'"
    )


def _hashes(texts: tuple[str, ...]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
