"""Finding elements in the pages of the Flexmls IDX plugin."""

from __future__ import annotations

import re

from lxml import html

from phx_scraper.pages.json_values import text

NAMED = re.compile(r"(?P<address>.{5,200}?)\s*(?:-\s*|\()MLS#\s*(?P<mls>[A-Za-z0-9-]{4,20})")
"""`<address> - MLS# <id>` and `<address> (MLS# <id>)`: how both templates name a listing."""


def by_class(tree: html.HtmlElement, name: str) -> list[html.HtmlElement]:
    """Every element with the class `name`, in document order."""
    return [element for element in tree.xpath("//*[@class]") if name in element.get("class", "").split()]


def first_by_class(tree: html.HtmlElement, name: str) -> html.HtmlElement | None:
    """The first element with the class `name`, or None."""
    return next(iter(by_class(tree, name)), None)


def content(element: html.HtmlElement | None, limit: int = 300) -> str:
    """The text of an element on one clean line; empty for None and for a comment, which lxml has no text of."""
    if element is None or not isinstance(element.tag, str):
        return ""
    return text(element.text_content(), limit)
