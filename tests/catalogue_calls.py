"""One call of the catalogue's functions, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries

P = ParamSpec("P")
R = TypeVar("R")


def write(
    catalogue: Catalogue, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs
) -> R:
    with catalogue.transaction() as tx:
        return function(tx, *args, **kwargs)


def read(
    catalogue: Catalogue, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs
) -> R:
    with catalogue.reading() as tx:
        return function(tx, *args, **kwargs)


@contextmanager
def open_galleries(catalogue: Catalogue, homes: Sequence[str] | None = None) -> Iterator[Iterator[HomeGallery]]:
    with catalogue.reading() as tx:
        yield galleries(tx, homes)
