"""Who asks: a key in a header, what it may do, and what is kept of that."""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection

from phx_scraper.api.api_context import ApiContext, context_of
from phx_scraper.api.problems import RequestRefused
from phx_scraper.api.query_names import check_query
from phx_scraper.errors import KeyRefused, StorageError
from phx_scraper.model.api_key import ApiKey, AuditLine
from phx_scraper.service import api_keys
from phx_scraper.service.job_service import Noted
from phx_scraper.storage.catalogue import key_rows

logger = logging.getLogger(__name__)

_BEARER = HTTPBearer(auto_error=False, description="A key, as `scrapy keys create` has shown it")
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same, in a header of its own")
_NO_KEY = "a key is needed: send it as Authorization: Bearer phx_…, or as X-API-Key"
_CHALLENGE = {"WWW-Authenticate": "Bearer"}

Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
Header = Annotated[str | None, Security(_HEADER)]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and from where."""

    context: ApiContext
    key: ApiKey
    client: str

    @property
    def own(self) -> str | None:
        """Whose jobs it sees; None for all."""
        return None if self.key.is_admin else self.key.key_id

    def note(self, action: str, subject: str, status: int) -> None:
        """Add what was done to the audit."""
        note(self.context, self._line(action, subject, status))

    def refused(self, action: str, subject: str, status: int) -> None:
        """Add what was refused, or count it."""
        note_refusal(self.context, self._line(action, subject, status))

    def noting(self, action: str, status: int) -> Noted:
        """What adds to the audit, in the transaction of a change, of which job it was. Raises KeyRefused.

        The key may have been revoked since it was looked at: a long list is read for half a minute.
        """

        def noted(connection: Connection, job_id: str) -> None:
            api_keys.check_valid(connection, self.key.key_id)
            key_rows.note(connection, self._line(action, job_id, status))

        return noted

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Around a change that is noted. Raises RequestRefused where the key was revoked meanwhile."""
        try:
            yield
        except KeyRefused as error:
            self.refused("wrong key", "", 401)
            raise RequestRefused(401, str(error), _CHALLENGE) from error

    def _line(self, action: str, subject: str, status: int) -> AuditLine:
        return AuditLine(time.time(), self.key.key_id, self.client, action, subject, status)


def needs(scope: str) -> Callable[..., Caller]:
    """The dependency of an endpoint that a key needs this scope for. Raises RequestRefused."""

    def caller(request: Request, bearer: Bearer, header: Header) -> Caller:
        text = _shown(bearer, header)
        found = Caller(context_of(request), check(request, text), client_of(request))
        require(found, scope, request.scope["route"].path)
        check_query(request)
        return found

    return caller


def require(caller: Caller, scope: str, asked: str) -> None:
    """Raises RequestRefused where the key may not do this."""
    if not caller.key.may(scope):
        caller.refused("refused", asked, 403)
        raise RequestRefused(403, f"the key {caller.key.key_id} may not {scope}: have one made with the scope {scope}")


def check(request: Request, text: str) -> ApiKey:
    """The key that this text is; wrong ones are counted and noted. Raises RequestRefused."""
    context, client = context_of(request), client_of(request)
    digest = api_keys.digest(text)
    wait = context.tries.wait(client, digest)
    if wait > 0:
        seconds = {"Retry-After": str(math.ceil(wait))}
        raise RequestRefused(429, "too many wrong keys came from this address: wait, then show a good one", seconds)
    try:
        key = api_keys.find(context.catalogue, text)
    except KeyRefused as error:
        context.tries.failed(client)
        note_refusal(context, AuditLine(time.time(), error.key_id, client, "wrong key", "", 401))
        raise RequestRefused(401, str(error), _CHALLENGE) from error
    context.tries.good(digest)
    context.uses.note(key.key_id)
    request.scope["state"]["key_id"] = key.key_id
    return key


def note(context: ApiContext, line: AuditLine) -> None:
    """Add a line to the audit. Raises StorageError."""
    with context.catalogue.transaction() as tx:
        key_rows.note(tx, line)


def note_refusal(context: ApiContext, line: AuditLine) -> None:
    """Add a line of what was refused, unless there was one like it within the minute.

    Who is refused is told so also where the catalogue takes no changes: then it is counted, to be noted later.
    """
    if context.refusals.is_first(line):
        try:
            note(context, line)
        except StorageError as error:
            logger.warning("A refusal (%s) is not noted yet: %s", line.action, error)
            context.refusals.is_first(line)


def note_counted(context: ApiContext, *, is_end: bool = False) -> None:
    """Add a line of each refusal that was repeated within a minute that is over. Raises StorageError."""
    lines = context.refusals.take(is_end=is_end)
    if not lines:
        return
    try:
        with context.catalogue.transaction() as tx:
            for line in lines:
                key_rows.note(tx, line)
    except StorageError:
        context.refusals.give_back(lines)
        raise


def client_of(request: Request) -> str:
    """The address that a request came from; what a proxy says of it is believed by nobody."""
    return request.client.host if request.client else ""


def _shown(bearer: HTTPAuthorizationCredentials | None, header: str | None) -> str:
    texts = {text for text in (bearer.credentials if bearer else "", header or "") if text}
    if len(texts) > 1:
        raise RequestRefused(401, "two different keys were sent: send one of them", _CHALLENGE)
    if not texts:
        raise RequestRefused(401, _NO_KEY, _CHALLENGE)
    return texts.pop()


Submitter = Annotated[Caller, Depends(needs("submit"))]
Reader = Annotated[Caller, Depends(needs("read"))]
Canceller = Annotated[Caller, Depends(needs("cancel"))]
