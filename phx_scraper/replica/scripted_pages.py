"""Pages whose content appears only after their script has run: a frame, and a script that fetches the rest of it."""

from __future__ import annotations

import re

from aiohttp import web

from phx_scraper.replica.options import Options

SWITCH = "scripted_pages"
"""The scenario that turns every page with content into such a frame."""

_CONTENT = {
    "zillow": re.compile(rb'id="__NEXT_DATA__"'),
    "redfin": re.compile(rb"__reactServerState"),
    "phoenix_mls": re.compile(rb"flexmls_connect__sr_detail|flexmls-listing-details"),
}
_FRAMES = {
    "zillow": '<div id="__next"><span>Loading</span></div>',
    "redfin": '<div id="content"></div>',
    "phoenix_mls": '<div class="flexmls_connect__sr_detail"></div>',
}
_WHOLE = "_whole"
_SCRIPT_PATH = "/static/frame.js"
# What DOMParser makes holds scripts that do not run, as those of a frame that was filled do not.
_SCRIPT = """(async () => {
  const url = location.pathname + (location.search ? location.search + "&" : "?") + "_whole=1";
  const answer = await fetch(url, {credentials: "include"});
  document.cookie = "from_script=" + answer.status + "; path=/";
  const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
  setTimeout(() => document.replaceChild(document.adoptNode(whole.documentElement), document.documentElement), 100);
})();"""
# Redfin's frames are as large as its pages: a small page without content is what throttled clients get.
_PADDING = "<style>" + ".a{margin:0}" * 5000 + "</style>"


def frame_script(options: Options, path: str) -> web.Response | None:
    """The script of the frames, where `path` is its own."""
    if options.switched_on(SWITCH) and path.endswith(_SCRIPT_PATH):
        return web.Response(text=_SCRIPT, content_type="text/javascript")
    return None


def framed(options: Options, source: str, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The frame in place of a page with content, which is what its script gets."""
    if not options.switched_on(SWITCH) or source not in _CONTENT or _WHOLE in request.query:
        return response
    body = response.body if isinstance(response, web.Response) else None
    if response.status != 200 or not isinstance(body, bytes) or not _CONTENT[source].search(body):
        return response
    head = f'<meta charset="utf-8"><title>Home</title>{_PADDING}<script src="{_SCRIPT_PATH}" defer></script>'
    text = f"<!DOCTYPE html><html><head>{head}</head><body>{_FRAMES[source]}</body></html>"
    return web.Response(text=text, content_type="text/html", charset="utf-8")
