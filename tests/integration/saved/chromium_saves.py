"""Pages of a replica as a person's Chromium saves them: five kinds of save, made by Debian's Chromium itself."""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from phx_scraper.replica import Replica
from tests.faults.certificate import make_certificate
from tests.integration.rewriting_proxy import rewriting_proxy

CHROMIUM = Path("/usr/bin/chromium")
KINDS = ("html", "har", "complete", "mhtml", "one")
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|~#%]')

# A copy of the document that loads nothing, with `images` in the order of the shown ones.
_COPY = """
  const copy = document.implementation.createHTMLDocument("").importNode(document.documentElement, true);
  const shown = [...document.images].map(image => image.currentSrc || image.src);
  const images = [...copy.querySelectorAll("img")];
"""
# As the browser's "Webpage, complete": pictures lie beside the page, and its addresses lead there.
_COMPLETE = f"""files => {{ {_COPY}
  images.forEach((image, place) => {{ if (files[shown[place]]) image.setAttribute("src", files[shown[place]]); }});
  return copy.outerHTML;
}}"""
# As one-file savers do by default: no scripts but JSON-LD, bytes in place of addresses, one file of each picture.
_ONE_FILE = f"""bytes => {{ {_COPY}
  for (const script of copy.querySelectorAll("script:not([type='application/ld+json'])")) script.remove();
  for (const source of copy.querySelectorAll("picture source")) source.remove();
  images.forEach((image, place) => {{
    image.removeAttribute("srcset");
    image.setAttribute("src", bytes[shown[place]] || "data:,");
  }});
  return copy.outerHTML;
}}"""


def save_all(browser: Browser, urls: Sequence[str], folder: Path) -> dict[str, Path]:
    """Open each page once and save it in every way; returns the folder of each kind."""
    folders = {kind: folder / kind for kind in KINDS}
    for each in folders.values():
        each.mkdir(parents=True)
    session = folders["har"] / "session.har"
    context = browser.new_context(ignore_https_errors=True, record_har_path=session, record_har_content="embed")
    try:
        for url in urls:
            _save(context, url, folders)
    finally:
        context.close()
    return folders


def _save(context: BrowserContext, url: str, folders: Mapping[str, Path]) -> None:
    page, seen = context.new_page(), list[Response]()
    page.on("response", lambda answer: seen.append(answer))
    answer = page.goto(url, wait_until="load")
    assert answer is not None
    assert answer.ok, url
    pictures = {one.url: one.body() for one in seen if one.request.resource_type == "image" and one.ok}
    title = NOT_IN_NAMES.sub("_", page.title()).strip()
    (folders["html"] / f"{title}.html").write_bytes(answer.body())
    _save_complete(page, pictures, folders["complete"], title)
    _save_one_file(page, pictures, folders["one"] / f"{title}.html")
    snapshot = context.new_cdp_session(page).send("Page.captureSnapshot", {"format": "mhtml"})
    (folders["mhtml"] / f"{title}.mhtml").write_text(snapshot["data"], encoding="utf-8", newline="")
    page.close()


def _save_complete(page: Page, pictures: Mapping[str, bytes], folder: Path, title: str) -> None:
    beside = folder / f"{title}_files"
    beside.mkdir()
    names = {url: NOT_IN_NAMES.sub("_", url.partition("?")[0].rpartition("/")[2]) for url in pictures}
    for url, body in pictures.items():
        (beside / names[url]).write_bytes(body)
    text = page.evaluate(_COMPLETE, {url: f"./{title}_files/{name}" for url, name in names.items()})
    comment = f"<!-- saved from url=({len(page.url):04d}){page.url} -->"
    (folder / f"{title}.html").write_text(f"<!DOCTYPE html>\n{comment}\n{text}", encoding="utf-8")


def _save_one_file(page: Page, pictures: Mapping[str, bytes], file: Path) -> None:
    embedded = {url: f"data:image/jpeg;base64,{base64.b64encode(body).decode()}" for url, body in pictures.items()}
    text, now = page.evaluate(_ONE_FILE, embedded), page.evaluate("() => new Date().toString()")
    comment = f"<!--\n Page saved with SingleFile \n url: {page.url} \n saved date: {now}\n-->"
    file.write_text(f"<!DOCTYPE html> {text.replace('<head>', f'{comment}<head>', 1)}", encoding="utf-8")


@contextmanager
def chromium(replica: Replica, folder: Path) -> Iterator[Browser]:
    """A browser whose every connection ends at the replica, by TLS and under the sites' own names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(folder, "www.zillow.com"))
    with rewriting_proxy(replica.url, tls=context) as front, sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP * 127.0.0.1:{front.port}"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[rules])
        try:
            yield browser
        finally:
            browser.close()
