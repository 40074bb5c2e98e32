"""A cell with only a unit: "5", "#5", "Apt 5", "Bldg 3 Apt 12", "2nd Floor"."""

from __future__ import annotations

from phx_scraper.errors import AddressError
from phx_scraper.homes.address_words import address_words
from phx_scraper.homes.unit_words import respell_unit
from phx_scraper.homes.units import is_unit_part, read_unit_part


def read_unit_cell(text: str, designator: str = "#") -> str:
    """The unit in its canonical form, "" for a placeholder ("Unit -"); raises AddressError for anything else.

    A bare identifier is read as if `designator` came before it.
    """
    parts = address_words(text)
    tokens = respell_unit(parts[0]) if parts else []
    if not tokens:
        return ""
    if not is_unit_part(tokens) or (len(tokens) == 1 and designator != "#"):
        tokens = [designator, *tokens]
    unit, rest = read_unit_part(tokens) if is_unit_part(tokens) else ("", tokens)
    if rest or len(parts) > 1:
        raise AddressError("that cannot be read as one unit; write a number or letter, and one row for each unit")
    return unit
