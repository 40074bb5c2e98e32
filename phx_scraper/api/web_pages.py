"""Pages for people that the API draws: escaped, with a policy that lets browsers load nothing but its own files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from phx_scraper.views.human_text import counted, moment, span
from phx_scraper.views.templates import templates

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
STATIC = {"operations.css": "text/css", "operations.js": "text/javascript"}


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page."""
    return HTMLResponse(fragment(template, **values), status, {"Content-Security-Policy": POLICY})


def fragment(template: str, **values: Any) -> str:
    """A part of one."""
    return _templates().get_template(template).render(**values)


def static_file(name: str) -> Response:
    """One of our own files."""
    text = (files("phx_scraper.api") / "static" / name).read_bytes()
    return Response(text, media_type=STATIC[name], headers={"Cache-Control": "no-cache"})


def _with_code(sentence: str) -> Markup:
    """What stands between back-quotes is a command, in sentences that programs read too."""
    parts = sentence.split("`")
    if len(parts) % 2 == 0:
        return escape(sentence)
    shown = (Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts))
    return Markup("").join(shown)


@cache
def _templates() -> Environment:
    return templates("phx_scraper.api", {"moment": moment, "span": span, "counted": counted, "with_code": _with_code})
