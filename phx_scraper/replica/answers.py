"""Plain answers that every source gives."""

from __future__ import annotations

from aiohttp import web


def html(text: str, status: int = 200) -> web.Response:
    """A web page."""
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def not_found() -> web.Response:
    """404."""
    return html("<html><head><title>Page not found</title></head><body><h1>404</h1></body></html>", 404)


def refused_once(status: int) -> web.Response:
    """429 that asks for a second's patience, or 503."""
    response = html(f"<html><head><title>{status}</title></head><body>Try again later.</body></html>", status)
    if status == 429:
        response.headers["Retry-After"] = "1"
    return response
