"""Plain answers that every source gives."""

from __future__ import annotations

from aiohttp import web


def html(text: str, status: int = 200) -> web.Response:
    """A web page."""
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def not_found() -> web.Response:
    """404."""
    return html("<html><head><title>Page not found</title></head><body><h1>404</h1></body></html>", 404)


def forbidden() -> web.Response:
    """403, as a server gives it that has had enough of someone."""
    return html("<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1></body></html>", 403)


def refused_once(status: int) -> web.Response:
    """429 that asks for a second's patience, or a server's own trouble."""
    response = html(f"<html><head><title>{status}</title></head><body>Try again later.</body></html>", status)
    if status == 429:
        response.headers["Retry-After"] = "1"
    return response
