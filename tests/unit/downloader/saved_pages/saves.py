"""Saves of the fixtures' homes as browsers make them: MHTML, HAR, SingleFile, "complete"."""

from __future__ import annotations

import base64
import json
import quopri
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[3] / "fixtures"
ZILLOW_URL = "https://www.zillow.com/homedetails/1200-W-Saguaro-Ln-Peoria-AZ-85345/7654321_zpid/"
REDFIN_URL = "https://www.redfin.com/AZ/Peoria/1200-W-Saguaro-Ln-85345/home/27654321"
MLS_URL = "https://phoenixmlssearch.com/mls/1200-W-SAGUARO-Lane-Peoria-AZ-85345-mls_6900123/"
ADDRESS = "1200 W Saguaro Ln, Peoria, AZ 85345"
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20
BOUNDARY = "----MultipartBoundary--invented----"


def body(case: str) -> bytes:
    """The input of a fixture."""
    return next((FIXTURES / case).glob("input.*")).read_bytes()


def with_address(page: bytes, url: str) -> bytes:
    """A page that names its own address, as real ones do."""
    return page.replace(b"<head>", f'<head><link rel="canonical" href="{url}">'.encode(), 1)


def complete(page: bytes, url: str) -> bytes:
    """As Chrome saves a page "complete": the comment is the second line."""
    comment = f"<!-- saved from url=({len(url):04d}){url} -->\n".encode()
    return b"<!DOCTYPE html>\n" + comment + page.replace(b"<!DOCTYPE html>", b"", 1)


def single_file(page: bytes, url: str, saved: str = "Sat Feb 14 2026 23:22:33 GMT-0700 (MST)") -> bytes:
    comment = f"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: {url} \n saved date: {saved}\n-->"
    return comment.encode() + page.replace(b"<!DOCTYPE html>", b"", 1).replace(b"<html>", b"", 1)


def mhtml(page: bytes, url: str, pictures: dict[str, bytes] | None = None, *, end: str = "--\r\n") -> bytes:
    """As Chrome saves a page as one file: quoted-printable HTML, pictures in base64 under their addresses."""
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {url}\r\nSubject: invented\r\n"
        "Date: Sat, 14 Feb 2026 23:22:33 -0700\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="{BOUNDARY}"\r\n\r\n\r\n'
    ).encode()
    parts = [_part("text/html", "quoted-printable", url, quopri.encodestring(page))]
    parts += [_part("image/jpeg", "base64", at, base64.encodebytes(data)) for at, data in (pictures or {}).items()]
    return head + b"".join(parts) + f"--{BOUNDARY}{end}".encode()


def _part(kind: str, encoding: str, url: str, content: bytes) -> bytes:
    about = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\nContent-Location: {url}\r\n\r\n"
    return f"--{BOUNDARY}\r\n{about}".encode() + content.replace(b"\n", b"\r\n") + b"\r\n"


def entry(url: str, content: bytes | None, kind: str = "text/html", status: int = 200, **more: Any) -> dict[str, Any]:
    """One request of a HAR file with its answer; bytes that are no text are in base64."""
    about: dict[str, Any] = {"size": 0, "mimeType": kind}
    if content is not None:
        try:
            about["text"] = content.decode()
        except UnicodeDecodeError:
            about |= {"text": base64.b64encode(content).decode(), "encoding": "base64"}
    secret = [{"name": "Cookie", "value": "SECRET"}, {"name": "Authorization", "value": "Bearer SECRET"}]
    return {
        "startedDateTime": "2026-02-14T23:22:33.000-07:00",
        "request": {"method": "GET", "url": url, "headers": secret, "cookies": [{"name": "sid", "value": "SECRET"}]},
        "response": {"status": status, "headers": [{"name": "Set-Cookie", "value": "SECRET"}], "content": about},
        **more,
    }


def har(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "x"}, "pages": [], "entries": entries}}).encode()
