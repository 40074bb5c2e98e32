"""One function in one transaction of the catalogue, run again where its server was lost in the midst of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from phx_scraper.errors import CatalogueAway

P = ParamSpec("P")
R = TypeVar("R")

_TRIES = 3


def in_transaction(
    begin: Callable[[], AbstractContextManager[Connection]],
    function: Callable[Concatenate[Connection, P], R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """What the function returns. Where the server went away nothing was written, and the next try waits for it.

    Raises CatalogueAway where it goes away each time.
    """
    for _ in range(_TRIES - 1):
        with contextlib.suppress(CatalogueAway), begin() as tx:
            return function(tx, *args, **kwargs)
    with begin() as tx:
        return function(tx, *args, **kwargs)
