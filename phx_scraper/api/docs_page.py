"""`/docs`: the endpoints as a page for people, made of the OpenAPI document; no script, nothing from elsewhere."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from phx_scraper.api.docs_objects import fields, kind, objects

router = APIRouter()

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid #8886; padding: .5rem 0 1rem; }
h2 code { font-size: 1.1rem; } .method { display: inline-block; min-width: 4.5rem; font-weight: 600; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top; }
table { display: block; overflow-x: auto; } h2 code { overflow-wrap: anywhere; } pre { overflow: auto; }
"""


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> Response:
    """The page."""
    digest = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'"
    return HTMLResponse(_page(request.app.openapi()), headers={"Content-Security-Policy": policy})


def _page(told: Mapping[str, Any]) -> str:
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>{escape(told['info']['title'])} API</title><style>{_STYLE}</style><body><main>",
        f"<h1>{escape(told['info']['title'])} {escape(told['info']['version'])}</h1>",
        f"<p>{escape(told['info']['description'])} For programs: <a href='openapi.json'>openapi.json</a>.</p>",
        "<p>Send a key as <code>Authorization: Bearer phx_…</code>; <code>scrapy keys create</code> makes one.</p>",
    ]
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            parts += _operation(method.upper(), path, operation)
    parts += objects(told["components"]["schemas"])
    return "".join([*parts, "</main></body></html>"])


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<section><h2><span class=method>{method}</span> <code>{escape(path)}</code></h2>"
    yield f"<p>{escape(operation.get('description', operation.get('summary', '')))}</p>"
    if operation.get("parameters"):
        yield "<table><tr><th>parameter<th>in<th>meaning"
        for one in operation["parameters"]:
            meaning = escape(one.get("description", ""))
            yield f"<tr><td><code>{escape(one['name'])}</code><td>{escape(one['in'])}<td>{meaning}"
        yield "</table>"
    for media, told in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Body, <code>{escape(media)}</code>: {_body(told['schema'])}</p>"
    yield "<table><tr><th>status<th><th>answer"
    for status, answer in operation["responses"].items():
        shown = " or ".join(dict.fromkeys(kind(told.get("schema", {})) for told in answer.get("content", {}).values()))
        yield f"<tr><td>{escape(status)}<td>{escape(answer.get('description', ''))}<td>{shown}"
    yield "</table></section>"


def _body(schema: Mapping[str, Any]) -> str:
    return f"a form</p>{fields(schema)}<p>" if schema.get("properties") else kind(schema)
