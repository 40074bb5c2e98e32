"""Homes that no list names any more: those of the catalogue against the lists that its runs were given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from phx_scraper.errors import UsageError
from phx_scraper.homes import read_addresses, street_key
from phx_scraper.model.checks import Finding
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.home_lists import HomeList, NamedHome, home_lists, named_homes
from phx_scraper.storage.catalogue.registration import labels_of
from phx_scraper.views.human_text import moment

_WORD = re.compile(r"[0-9A-Za-z]+")


def unlisted_homes(catalogue: Catalogue) -> Iterator[tuple[str, Finding]]:
    """Label and finding of each home that came by a list and that no list names as it stands now.

    What a list may name counts as named, so that no home is called unlisted by guess.
    """
    with catalogue.reading() as tx:
        lists, homes = home_lists(tx), named_homes(tx)
    named = _Named()
    for one in lists:
        named.add(catalogue, one)
    for home in homes:
        if home.is_dated and home.by_list and not named.may_have(home):
            yield home.label, Finding("unlisted_home", home.address, f"last named {moment(home.last_at)}")


@dataclass
class _Named:
    """What all lists name for sure, and what they may name: rows and lists that cannot be read are no absence."""

    labels: set[str] = field(default_factory=set)
    streets: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    unread: list[HomeList] = field(default_factory=list)

    def add(self, catalogue: Catalogue, one: HomeList) -> None:
        """Read a list as it is now; one that was moved or piped is `unread`."""
        try:
            if not Path(one.source).expanduser().is_file():
                raise FileNotFoundError(one.source)
            listed, errors = read_addresses(one.source)
        except (UsageError, OSError, RuntimeError, ValueError):
            self.unread.append(one)
            return
        self.words |= {word for error in errors for word in _WORD.findall(error.text)}
        with catalogue.reading() as tx:
            known = list(labels_of(tx, listed))
        self.labels |= {label for _, label in known}
        of_known = {home.address for home, _ in known}
        # New homes, and those that fit several of one street.
        self.streets |= {street_key(home.parsed) for home in listed if home.address not in of_known}

    def may_have(self, home: NamedHome) -> bool:
        """Whether any list names the home, or may name it."""
        number = home.street_key.partition("|")[0]
        return (
            home.label in self.labels
            or home.street_key in self.streets
            or number in self.words
            or any(_may_name(one, home) for one in self.unread)
        )


def _may_name(unread: HomeList, home: NamedHome) -> bool:
    """Whether a list may have named the home when a run last took it up: that run came not after the last to name it.

    A list that no run took up whole may name any home.
    """
    return unread.whole_at is None or home.first_at <= unread.whole_at <= home.last_at
