"""`/gallery`: the report's pages and their pictures, for whoever has signed in."""

from __future__ import annotations

import os
import re
import shlex

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from phx_scraper.api.api_context import ApiContext
from phx_scraper.api.authentication import require
from phx_scraper.api.etags import tagged
from phx_scraper.api.problems import RequestRefused
from phx_scraper.api.session_routes import Visitor
from phx_scraper.api.store_reads import told_of_store
from phx_scraper.errors import FileAbsent, UnsafePath
from phx_scraper.storage.files.store import FileFacts

ROOT = "/gallery"
_INDEX = "report/index.html"
_PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}
_WITH_PICTURES = ("processed", "thumbs", "homes", "raw", "report")
# The policy that a page was written with, which names its style and its scripts by their digests.
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]{1,4000})">')
_MOST_HEAD = 8192
NAVIGATION = b'<nav aria-label="Report">'
_WAY_BACK = b'\n<a href="/operations">Operations</a>'
# Longer ones no file system of ours has, and it says so by an error.
_MOST_PATH = 1000

router = APIRouter(include_in_schema=False)


@router.get(ROOT)
def start() -> Response:
    """Nothing of its own."""
    return RedirectResponse(f"{ROOT}/{_INDEX}", 303)


@router.get(f"{ROOT}/{{path:path}}")
def file(request: Request, caller: Visitor, path: str) -> Response:
    """A page of the report, or a picture."""
    require(caller, "read", ROOT)
    kind = _kind(path)
    files = caller.context.pages
    if path == _INDEX and not files.exists(path):
        raise RequestRefused(404, f"there is no report yet: {_how_to_write_it(caller.context)}")
    try:
        with told_of_store():
            found = files.find(path) if kind else None
            body = files.read(path) if found else b""
    except (FileAbsent, UnsafePath):
        found = None
    if kind is None or found is None:
        raise RequestRefused(404, "there is no such page: `scrapy report` writes those of the report")
    if not kind.startswith("text/html"):
        return tagged(request, body, kind, _tag(found), "private, no-cache")
    answer = tagged(request, _with_way_back(body), kind, f"{_tag(found)}-b", "private, no-cache")
    answer.headers["Content-Security-Policy"] = _policy(body)
    return answer


def _tag(found: FileFacts) -> str:
    return f"{found.size:x}-{found.modified_ns:x}"


def _with_way_back(body: bytes) -> bytes:
    """The page as it is served here: with a link to where its reader came from, which a file would not lead to."""
    return body.replace(NAVIGATION, NAVIGATION + _WAY_BACK, 1)


def _how_to_write_it(context: ApiContext) -> str:
    """No full path of this machine."""
    if "://" not in context.files.place_of(_INDEX):
        return "`scrapy report` writes it, and so does a job when it ends"
    folder = shlex.quote(os.path.relpath(context.pages.place_of("report")))
    return (
        f"pictures lie in a bucket, so `scrapy report --out {folder} --with-pictures` writes it, in the folder in which"
        " the API was started"
    )


def _kind(path: str) -> str | None:
    """What a file is, by its name; None for what is not shown: a person may have put anything into a home's folder."""
    folder, _, rest = path.partition("/") if len(path) <= _MOST_PATH else ("", "", "")
    ending = rest.rpartition(".")[2].lower()
    if folder == "report" and ending == "html":
        return "text/html; charset=utf-8"
    return _PICTURES.get(ending) if folder in _WITH_PICTURES else None


def _policy(body: bytes) -> str:
    """The page's own, and no frames; a page without one gets no script at all."""
    found = _POLICY.search(body[:_MOST_HEAD])
    own = found[1].decode("latin-1").replace("&#39;", "'") if found else "default-src 'none'"
    return f"{own}; frame-ancestors 'none'"
