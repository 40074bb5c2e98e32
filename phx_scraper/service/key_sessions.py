"""Sessions of browsers that showed a key: a random name in a cookie, of which a digest is kept."""

from __future__ import annotations

import secrets
import time

from phx_scraper.errors import KeyRefused
from phx_scraper.model.api_key import ApiKey
from phx_scraper.service.api_keys import SESSION_SECONDS, digest, valid
from phx_scraper.service.job_service import Noted
from phx_scraper.storage.catalogue import key_rows
from phx_scraper.storage.catalogue.catalogue import Catalogue


def begin(catalogue: Catalogue, key_id: str, noted: Noted) -> str:
    """The name of a new session with a key, noted with it. Raises KeyRefused where the key is over meanwhile."""
    name = secrets.token_urlsafe(32)
    now = time.time()
    with catalogue.transaction() as tx:
        noted(tx, "")
        key_rows.begin_session(tx, digest(name), key_id, now, now + SESSION_SECONDS)
    return name


def key_of(catalogue: Catalogue, name: str) -> ApiKey:
    """The key of a session. Raises KeyRefused where the session, or the key, is over."""
    with catalogue.reading() as tx:
        key = key_rows.key_of_session(tx, digest(name), time.time())
    if key is None:
        raise KeyRefused("the session is over: show the key again")
    return valid(key)


def end(catalogue: Catalogue, name: str) -> None:
    """Let a session be over."""
    with catalogue.transaction() as tx:
        key_rows.end_session(tx, digest(name))


def form_token(name: str) -> str:
    """What forms of the session's pages carry, so that no other site's form is taken for one of them."""
    return digest(f"form:{name}")
