"""The address that the slug in a page's path was made of."""

from __future__ import annotations

from phx_scraper.errors import AddressError
from phx_scraper.homes import address_from_slug
from phx_scraper.replica.name_registry import NameRegistry


def address_of_slug(text: str, registry: NameRegistry) -> str | None:
    """The canonical address that `text` stands for, None where it cannot be parsed.

    An address that the server has mentioned wins, because a slug alone does not say where the street ends.
    """
    words = "-".join("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())
    known = registry.get(f"slug:{words}")
    if known:
        return known
    try:
        return address_from_slug(words).canonical
    except AddressError:
        return None
