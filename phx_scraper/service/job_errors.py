"""How asking for jobs can fail; each has its status in HTTP."""

from __future__ import annotations

from phx_scraper.errors import PhxError, UsageError


class UnknownJob(UsageError):
    """There is no such job, or it is another key's; raised by `service`."""


class WrongJobState(UsageError):
    """The job stands so that this cannot be done with it; raised by `service`."""


class RequestReused(UsageError):
    """A request of this name asked for something else before; raised by `service`."""


class QueueUnavailable(PhxError):
    """Redis cannot be reached, or refuses; raised by `service`. What the catalogue holds stands.

    `may_come_back` False: the address or the password is wrong, so there is nothing to wait for.
    """

    def __init__(self, sentence: str, may_come_back: bool = False) -> None:
        super().__init__(sentence)
        self.may_come_back = may_come_back
