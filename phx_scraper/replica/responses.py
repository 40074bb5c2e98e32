"""Responses that all sources share."""

from __future__ import annotations

from aiohttp import web


def html(text: str, status: int = 200) -> web.Response:
    """A web page."""
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def not_found() -> web.Response:
    """404."""
    return html("<html><head><title>Page not found</title></head><body><h1>404</h1></body></html>", 404)


def forbidden() -> web.Response:
    """403 with a plain HTML page."""
    return html("<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1></body></html>", 403)


def empty_shell() -> web.Response:
    """200 with a page without content, as throttled clients get it."""
    return html("<!DOCTYPE html><html><head><title></title></head><body><div id='content'></div></body></html>")


def access_denied() -> web.Response:
    """403 with AccessDenied in XML, as object stores respond for a missing file."""
    error = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    return web.Response(text=text, status=403, content_type="application/xml")


def long_retry_after() -> web.Response:
    """429 with Retry-After of two hours."""
    response = html("<html><head><title>429</title></head><body>Too Many Requests</body></html>", 429)
    response.headers["Retry-After"] = "7200"
    return response


def transient_refusal(status: int) -> web.Response:
    """429 with Retry-After of one second, or a 5xx page."""
    response = html(f"<html><head><title>{status}</title></head><body>Try again later.</body></html>", status)
    if status == 429:
        response.headers["Retry-After"] = "1"
    return response
