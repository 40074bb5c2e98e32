"""Entries of the queue, which whoever reaches Redis can write: JSON, of which a job, a number and a token are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rq import Queue
from rq.job import Job

from phx_scraper.storage.catalogue.job_slices import Ticket

PREFIX = "phx-"
CARRY_OUT = "phx_scraper.service.carry_out.carry_out"
"""What an entry names; workers run this one function and no other."""
_MOST = 2**31 - 1
"""Of a slice's number and token."""


class EntryJob(Job):
    """RQ's job, which would import whatever an entry names: this one knows one function, and calls nobody back."""

    @property
    def func(self) -> Any:
        """The one function. Raises PermissionError for an entry that names another, or no slice."""
        if self.func_name != CARRY_OUT or self.instance is not None:
            raise PermissionError(f"an entry of the queue names {self.func_name!r:.80}, which workers do not run")
        if self.kwargs or not _names_slice(self.args):
            raise PermissionError("an entry of the queue names no slice of a job, and is not run")
        from phx_scraper.service.carry_out import carry_out

        return carry_out

    @property
    def ticket(self) -> Ticket | None:
        """The slice that it names, None for an entry that is to be refused."""
        try:
            _ = self.func
        except Exception:  # whatever is wrong with it: the process that would run it says so
            return None
        job_id, number, token = self.args
        return Ticket(job_id, number, token, str(self.origin).removeprefix(PREFIX))

    success_callback = failure_callback = stopped_callback = property(lambda self: None)

    def send_webhooks(self, *_args: Any, **_named: Any) -> None:
        """None: what stands in an entry is no address to call."""


class EntryQueue(Queue):
    """RQ's queue, which would end at an entry whose name is no text: such a one names no slice."""

    def get_job_ids(self, offset: int = 0, length: int = -1) -> list[str]:
        """The names of its entries."""
        last = offset + length - 1 if length > 0 else length
        return [_text(name) for name in self.connection.lrange(self.key, offset, last)] if length else []

    @classmethod
    def lpop(cls, *args: Any, **named: Any) -> Any:
        """The next name, and the key of its queue; None where there is none."""
        found = super().lpop(*args, **named)
        return found and (found[0], _text(found[1]))


def _names_slice(values: Sequence[Any]) -> bool:
    """Whether they are a job's id, a number and a token, as the catalogue's columns take them."""
    if [type(value) for value in values] != [str, int, int]:
        return False
    return values[0].isascii() and values[0].isalnum() and all(0 <= value <= _MOST for value in values[1:])


def _text(name: bytes | str) -> str:
    return name if isinstance(name, str) else name.decode(errors="replace")
