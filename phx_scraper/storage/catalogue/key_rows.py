"""Keys, sessions and the audit, written and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, or_, select, update

from phx_scraper.model.api_key import ApiKey, AuditLine
from phx_scraper.storage.catalogue.key_tables import api_audit, api_keys, api_sessions
from phx_scraper.storage.catalogue.rows import record


def insert(connection: Connection, key: ApiKey, sha256: str) -> None:
    """Write down a new key, by the digest of what its owner was shown."""
    connection.execute(api_keys.insert().values(**asdict(key), sha256=sha256))


def get(connection: Connection, key_id: str) -> tuple[ApiKey, str] | None:
    """A key with its digest, None where there is none of this id."""
    row = connection.execute(select(api_keys).where(api_keys.c.key_id == key_id)).first()
    return (record(ApiKey, row), row.sha256) if row else None


def listed(connection: Connection) -> list[ApiKey]:
    """All keys, the newest first."""
    query = select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.key_id)
    return [record(ApiKey, row) for row in connection.execute(query)]


def revoke(connection: Connection, key_id: str, now: float) -> bool:
    """Revoke a key and end its sessions; whether there is one of this id. The first time of revocation stands."""
    this = api_keys.c.key_id == key_id
    connection.execute(update(api_keys).where(this, api_keys.c.revoked_at.is_(None)).values(revoked_at=now))
    connection.execute(delete(api_sessions).where(api_sessions.c.key_id == key_id))
    return connection.execute(select(api_keys.c.key_id).where(this)).first() is not None


def note_used(connection: Connection, used: Mapping[str, float]) -> None:
    """Note when keys were last used; an earlier time than the known one changes nothing."""
    for key_id, at in used.items():
        is_later = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at < at)
        connection.execute(update(api_keys).where(api_keys.c.key_id == key_id, is_later).values(last_used_at=at))


def begin_session(connection: Connection, sha256: str, key_id: str, now: float, until: float) -> None:
    """Write down a session, and drop those that are over."""
    connection.execute(delete(api_sessions).where(api_sessions.c.expires_at <= now))
    connection.execute(api_sessions.insert().values(sha256=sha256, key_id=key_id, expires_at=until))


def key_of_session(connection: Connection, sha256: str, now: float) -> ApiKey | None:
    """The key that a session was begun with, None where there is no such session, or no more."""
    query = select(api_keys).join(api_sessions, api_sessions.c.key_id == api_keys.c.key_id)
    row = connection.execute(query.where(api_sessions.c.sha256 == sha256, api_sessions.c.expires_at > now)).first()
    return record(ApiKey, row) if row else None


def end_session(connection: Connection, sha256: str) -> None:
    """Forget a session."""
    connection.execute(delete(api_sessions).where(api_sessions.c.sha256 == sha256))


def note(connection: Connection, line: AuditLine) -> None:
    """Add a line to the audit."""
    connection.execute(api_audit.insert(), asdict(line))


def audit(connection: Connection, number: int) -> Sequence[AuditLine]:
    """The last lines of the audit, the newest first."""
    query = select(api_audit).order_by(api_audit.c.number.desc()).limit(number)
    return [record(AuditLine, row) for row in connection.execute(query)]
