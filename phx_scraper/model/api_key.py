"""Keys of the API: who may ask for what, and how much."""

from __future__ import annotations

from dataclasses import dataclass

SCOPES = ("submit", "read", "cancel", "admin")
"""Hand in and retry jobs; see jobs and what was collected; cancel and delete jobs; all of it, also of other keys."""
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without its secret, of which nothing but a digest is kept. Times are seconds since 1970.

    `homes_a_job`, `jobs_a_day` and `open_jobs` are its limits, None for no limit.
    """

    key_id: str
    name: str
    scopes: tuple[str, ...]
    homes_a_job: int | None
    jobs_a_day: int | None
    open_jobs: int | None
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    last_used_at: float | None

    @property
    def is_admin(self) -> bool:
        """Whether it may do everything, also with jobs of other keys."""
        return ADMIN in self.scopes

    def may(self, scope: str) -> bool:
        """Whether it may do what needs this scope."""
        return self.is_admin or scope in self.scopes

    def state(self, now: float) -> str:
        """`valid`, `revoked` or `expired`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """What was asked for with a key, by whom and with which result; of homes nothing.

    `client` is an IP address, "" for the command line; `subject` the id of a job or of a key, or how often a refusal
    was repeated; `status` that of HTTP, 0 where it was not asked by HTTP, and for refusals of different kinds.
    """

    at: float
    key_id: str
    client: str
    action: str
    subject: str
    status: int
