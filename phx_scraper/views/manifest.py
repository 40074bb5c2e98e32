"""`metadata/image_manifest.json`: every photo of every home, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.documents import document
from phx_scraper.views.photo_entry import photo_entry

NAME = "image_manifest"


def write_manifest(catalogue: Catalogue, files: FileStore, now: float | None = None) -> None:
    """`{version, last_updated, properties: {full_address: [photo, …]}}`, homes by address, photos in gallery order.

    Homes without photos are left out, photos not yet fetched too. Its cost grows with the catalogue (some 10 µs a
    photo), so a long run writes it now and then rather than with each home. Raises StorageError.
    """
    with catalogue.reading() as tx:
        files.replace(paths.metadata(NAME), document("properties", _properties(galleries(tx)), now))


def _properties(homes: Iterable[HomeGallery]) -> Iterator[tuple[str, Any]]:
    for gallery in homes:
        entries = [photo_entry(gallery, photo) for photo in gallery.photos if photo.state != "pending"]
        if entries:
            yield gallery.home.address, entries
