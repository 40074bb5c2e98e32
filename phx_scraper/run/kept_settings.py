"""What a job folder remembers of the settings of its command line, but for what may hold a password."""

from __future__ import annotations

from collections.abc import Mapping

from phx_scraper.model.catalogue_place import CataloguePlace, CatalogueServer


def kept_settings(chosen: Mapping[str, str], catalogue: CataloguePlace) -> dict[str, str]:
    """The settings without the URL of a catalogue's server: it is given again each time."""
    is_server = isinstance(catalogue, CatalogueServer)
    return {name: value for name, value in chosen.items() if not (is_server and name == "PHX_CATALOGUE_URL")}
