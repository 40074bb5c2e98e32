"""Keys of the API: made, shown once, listed, revoked, and told from what is none.

A key is `phx_`, its id, `_` and 32 random bytes. Of such a key a plain SHA-256 tells nothing, so that is what is kept:
a slow hash would only let whoever sends wrong keys keep the machine busy.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from phx_scraper.config.nearest import no_such
from phx_scraper.errors import KeyRefused, UnknownKey, UsageError
from phx_scraper.model.api_key import SCOPES, ApiKey, AuditLine
from phx_scraper.service.job_limits import Limits
from phx_scraper.storage.catalogue import key_rows
from phx_scraper.storage.catalogue.catalogue import Catalogue

SESSION_SECONDS = 12 * 3600.0
DEFAULT_LIMITS = Limits(homes_a_job=10_000, jobs_a_day=100, open_jobs=10)
_ID_BYTES, _SECRET_BYTES = 6, 32
_FORM = re.compile(r"phx_([0-9a-f]{12})_[\w-]{43}", re.ASCII)
_NOBODY = "0" * 64
_DAY = 86400.0
_NAME_CHARACTERS = 80
MOST_DAYS = 36_500
"""Hundred years: what a key is good until is to be a date that can be written."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is to be: its name for people, what it may do, for how many days (None: for ever), and how much."""

    name: str
    scopes: Sequence[str] = ("submit", "read", "cancel")
    days: float | None = 365.0
    limits: Limits = field(default=DEFAULT_LIMITS)


def create(catalogue: Catalogue, wanted: NewKey) -> tuple[ApiKey, str]:
    """Make a key; the text is the key itself, which is kept nowhere. Raises UsageError, StorageError."""
    key = _new(wanted)
    text = f"phx_{key.key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    with catalogue.transaction() as tx:
        key_rows.insert(tx, key, digest(text))
        key_rows.note(tx, AuditLine(key.created_at, "", "", "create key", key.key_id, 0))
    return key, text


def listed(catalogue: Catalogue) -> list[ApiKey]:
    """All keys, the newest first."""
    with catalogue.reading() as tx:
        return key_rows.listed(tx)


def revoke(catalogue: Catalogue, key_id: str) -> None:
    """Let a key be of no use from now on, with its sessions. Raises UnknownKey."""
    now = time.time()
    with catalogue.transaction() as tx:
        is_known = key_rows.revoke(tx, key_id, now)
        if is_known:
            key_rows.note(tx, AuditLine(now, "", "", "revoke key", key_id, 0))
    if not is_known:
        raise UnknownKey(f"there is no key {key_id[:40]!r}: scrapy keys list shows those that there are")


def audit(catalogue: Catalogue, number: int) -> Sequence[AuditLine]:
    """The last lines of the audit, the newest first."""
    with catalogue.reading() as tx:
        return key_rows.audit(tx, number)


def find(catalogue: Catalogue, text: str) -> ApiKey:
    """The key that this text is. Raises KeyRefused for none, and for one that is revoked or expired."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise KeyRefused("this is no key: send one that `scrapy keys create` has shown")
    with catalogue.reading() as tx:
        found = key_rows.get(tx, form[1])
    # Compared also where there is no such id, so that the time tells nothing of which ids there are.
    is_same = secrets.compare_digest(digest(text), found[1] if found else _NOBODY)
    if found is None or not is_same:
        raise KeyRefused("there is no such key: send one that `scrapy keys create` has shown")
    return valid(found[0])


def still_valid(catalogue: Catalogue, key_id: str) -> None:
    """Raises KeyRefused where the key is revoked or expired meanwhile."""
    with catalogue.reading() as tx:
        check_valid(tx, key_id)


def check_valid(connection: Connection, key_id: str) -> None:
    """The same within a transaction. Raises KeyRefused."""
    found = key_rows.get(connection, key_id)
    if found is None:
        raise KeyRefused("there is no such key")
    valid(found[0])


def valid(key: ApiKey) -> ApiKey:
    """The key, if it may be used still. Raises KeyRefused."""
    state = key.state(time.time())
    if state != "valid":
        raise KeyRefused(f"the key {key.key_id} is {state}: have a new one made by `scrapy keys create`", key.key_id)
    return key


def limits_of(key: ApiKey) -> Limits:
    """How much it may ask for."""
    return Limits(key.homes_a_job, key.jobs_a_day, key.open_jobs)


def digest(text: str) -> str:
    """What is kept of a key, or of a session."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _new(wanted: NewKey) -> ApiKey:
    name = " ".join(wanted.name.split())
    if not name or len(name) > _NAME_CHARACTERS or not name.isprintable():
        raise UsageError(f"a key needs a name of 1 to {_NAME_CHARACTERS} characters, that says whose it is")
    for scope in wanted.scopes:
        if scope not in SCOPES:
            raise UsageError(no_such(f"scopes: {scope[:40]!r} is none", SCOPES, scope))
    if not wanted.scopes:
        raise UsageError(f"scopes: name at least one of {', '.join(SCOPES)}")
    if wanted.days is not None and not wanted.days <= MOST_DAYS:
        raise UsageError(f"a key is good for 1 to {MOST_DAYS:,} days, or for ever: --days never")
    now = time.time()
    limits = wanted.limits
    return ApiKey(
        key_id=secrets.token_hex(_ID_BYTES),
        name=name,
        scopes=tuple(scope for scope in SCOPES if scope in wanted.scopes),
        homes_a_job=limits.homes_a_job,
        jobs_a_day=limits.jobs_a_day,
        open_jobs=limits.open_jobs,
        created_at=now,
        expires_at=None if wanted.days is None else now + wanted.days * _DAY,
        revoked_at=None,
        last_used_at=None,
    )
