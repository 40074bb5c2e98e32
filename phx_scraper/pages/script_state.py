"""Pages whose content appears only after their scripts have run: what shows that it is there, or still missing."""

from __future__ import annotations

from typing import NamedTuple

from lxml import html

from phx_scraper.errors import NotUnderstood

NEEDS_BROWSER = "needs_browser"
"""Reason of the NotUnderstood for such a page: a browser may get what is missing."""

LEAST_CONTENT = 300
"""Characters; with fewer there is no more than "Loading…" and the like."""


class StateMark(NamedTuple):
    """An element that the CSS `selector` finds, with this `text` and `LEAST_CONTENT` characters in it, is the content.

    `frame` (XPath) finds the element that scripts fill.
    """

    selector: str
    text: str
    frame: str


STATE_MARKS = {
    "zillow": StateMark("script#__NEXT_DATA__", '"pageProps"', "//*[@id='__next']"),
    "redfin": StateMark("script", "__reactServerState.InitialContext", "//*[@id='content']"),
    "phoenix_mls": StateMark(
        ".flexmls_connect__sr_detail, .flexmls-listing-details, .flexmls_connect__sr_matches",
        "",
        "//*[contains(@class, 'flexmls_connect__sr_detail') or contains(@class, 'flexmls-listing-details')]",
    ),
}
"""By source; the Assessor's API has no scripts."""


def check_scripts_have_run(source: str, tree: html.HtmlElement) -> None:
    """Raises NotUnderstood(`needs_browser`) for the frame of a page that loads scripts to fill it.

    For pages without their state. A page that was saved without its scripts is no such page: nothing can fill it.
    """
    frame = next(iter(tree.xpath(STATE_MARKS[source].frame)), None)
    loads_scripts = any(script.get("src") for script in tree.iter("script"))
    if frame is not None and loads_scripts and len(_visible_text(frame)) < LEAST_CONTENT:
        raise NotUnderstood(NEEDS_BROWSER, "its content appears only after its scripts have run")


def _visible_text(frame: html.HtmlElement) -> str:
    unseen = ("script", "style", "noscript", "template")
    words = frame.xpath(".//text()[not(" + " or ".join(f"ancestor::{name}" for name in unseen) + ")]")
    return " ".join(" ".join(words).split())
