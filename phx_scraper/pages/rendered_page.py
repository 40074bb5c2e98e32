"""What a page saved without its scripts still says of its home: the address, and how many photos the listing has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import html

from phx_scraper.errors import NotUnderstood
from phx_scraper.homes import same_home
from phx_scraper.pages.html_and_json import missing_scripts_hint, title
from phx_scraper.pages.json_values import count, text

_NOT_COMPARED = re.compile(r"[^a-z0-9]+")
_COMMA = re.compile(r" ?, ?")
_MOST = 20


def shown_address(tree: html.HtmlElement) -> str:
    """The address of the page's heading.

    A page that was changed without being loaded anew shows one home under the title of another. Raises
    NotUnderstood(`address`) where title and heading differ, or one is missing.
    """
    headings = (_COMMA.sub(", ", text(one.text_content())) for one in islice(tree.iter("h1"), _MOST))
    heading, titled = next(filter(None, headings), ""), text(title(tree).partition("|")[0])
    if not heading or not titled:
        raise NotUnderstood("address", missing_scripts_hint(tree) or "no heading, or no title")
    if _plain(heading) != _plain(titled) and not same_home(heading, titled):
        raise NotUnderstood("address", f"titled {titled}, and it shows {heading}"[:300])
    return heading


def _plain(address: str) -> str:
    return _NOT_COMPARED.sub("", address.lower())


def stated_number(texts: Iterable[str], form: re.Pattern[str]) -> int | None:
    """The number in the first text of the form, None where there is none."""
    found = (form.search(" ".join(one.split())) for one in texts)
    return next((count(match[1]) for match in found if match), None)


def picture_addresses(picture: html.HtmlElement) -> Iterator[str]:
    """Every address of an `img`: as it was before a one-file save, as it is, and those of the `picture` around it."""
    for name in ("data-sf-original-src", "src"):
        if picture.get(name):
            yield picture.get(name, "")
    # libxml2 takes `source` for an element with content, so the `img` stands inside it.
    frame = next(picture.iterancestors("picture"), None)
    around = islice(frame.iter("source"), _MOST) if frame is not None else ()
    for element in (picture, *around):
        choices = (choice.split() for choice in (element.get("srcset") or "").split(", "))
        yield from (choice[0] for choice in choices if choice)


def without_scripts(tree: html.HtmlElement, what: str) -> NotUnderstood:
    """The error for a page that was saved without its scripts and does not show `what` either."""
    return NotUnderstood(what, missing_scripts_hint(tree) or "not on the page, which has no state script")
