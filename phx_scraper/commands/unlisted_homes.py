"""Homes that no list names any more: those of the catalogue against the lists that its runs were given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from phx_scraper.errors import UsageError
from phx_scraper.homes import read_addresses
from phx_scraper.model.checks import Finding
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.home_lists import HomeList, NamedHome, home_lists, named_homes
from phx_scraper.storage.catalogue.registration import labels
from phx_scraper.views.human_text import moment


def unlisted_homes(catalogue: Catalogue) -> Iterator[tuple[str, Finding]]:
    """Label and finding of each home that came by a list and that no list names as it stands now.

    A list that cannot be read counts as naming whatever it may have named, so a home is never called unlisted by guess.
    """
    with catalogue.reading() as tx:
        lists, homes = home_lists(tx), named_homes(tx)
    named: set[str] = set()
    unread: list[HomeList] = []
    for one in lists:
        found = _labels(catalogue, one.source)
        if found is None:
            unread.append(one)
        else:
            named.update(found)
    for home in homes:
        if home.label not in named and _is_unlisted(home, unread):
            yield home.label, Finding("unlisted_home", home.address, f"last named {moment(home.last_at)}")


def _labels(catalogue: Catalogue, source: str) -> list[str] | None:
    """The homes that a list names now; None where it cannot be read, as one that was moved or piped."""
    try:
        if not Path(source).expanduser().is_file():
            return None
        listed = read_addresses(source)[0]
    except (UsageError, OSError, RuntimeError, ValueError):
        return None
    with catalogue.reading() as tx:
        return labels(tx, listed)


def _is_unlisted(home: NamedHome, unread: list[HomeList]) -> bool:
    return home.is_dated and home.by_list and not any(_may_name(one, home) for one in unread)


def _may_name(unread: HomeList, home: NamedHome) -> bool:
    """Whether a list may have named the home when a run last took it up: that run came not after the last to name it.

    A list that no run took up whole may name any home.
    """
    return unread.whole_at is None or home.first_at <= unread.whole_at <= home.last_at
