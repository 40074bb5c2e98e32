"""Turns what Google Cloud Storage or its client complains of into one sentence each: what, where, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phx_scraper.errors import DiskFull, StorageError, StoreUnreachable
from phx_scraper.model.store_place import GcsPlace

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_PACED = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
"""Reasons of a 403 that asks for patience."""
_CUT = frozenset({"ConnectionError", "Timeout", "ChunkedEncodingError", "ProtocolError", "ReadTimeoutError"})
_UNREACHED = _CUT | {"TransportError"}
_NOT_UNDERSTOOD = frozenset({"AttributeError", "InvalidResponse", "JSONDecodeError", "KeyError", "TypeError"})
_HOW = "set GOOGLE_APPLICATION_CREDENTIALS to the file of a key, or run gcloud auth application-default login"
_NO_BUCKET = "There is no bucket {bucket} at {server}: make it, or correct IMAGES_STORE."
_NO_SUCH = (
    "There is no bucket {bucket} at {server}, or it is no server of buckets: see IMAGES_STORE, STORAGE_EMULATOR_HOST."
)
_NO_RIGHT = (
    "{server} does not let these credentials {doing} {what}: they need the rights to get, create, delete and list."
)
_AWAY = "{server} cannot be reached: see to the network and the server, and to STORAGE_EMULATOR_HOST if it is set."
_OTHER = "{server} does not answer as Google Cloud Storage does: see to the network, or correct STORAGE_EMULATOR_HOST."
_NOT_KNOWN = "{server} does not accept the credentials: " + _HOW + "."
_CLOCK = "The clock of this machine is not that of Google: set it, for credentials of another time are refused."


def is_absent(error: BaseException) -> bool:
    """Whether the server says that there is no such object, and not that there is no such bucket."""
    return _status(error) == 404 and not _is_without_bucket(error)


def is_refused_condition(error: BaseException) -> bool:
    """Whether an object was there already."""
    return _status(error) == 412


def is_passing(error: BaseException) -> bool:
    """Whether the same request may succeed a little later."""
    if _status(error):
        return _status(error) in _PASSING or _reason(error) in _PACED
    kinds = _kinds(error)
    if "SSLError" in kinds:
        return False
    return bool(kinds & (_UNREACHED | {"DataCorruption"})) or bool(getattr(error, "retryable", False))


def as_storage_error(error: BaseException, place: GcsPlace, doing: str, what: str) -> StorageError:
    """The error to raise in its stead; `what` is the URL of the object that was asked about."""
    status = _status(error)
    if status == 507 or _reason(error) in {"quotaExceeded", "storageQuotaExceeded"}:
        return DiskFull(
            f"No space left to {doing} {what} ({status}): make room at {place.server}, then run this again."
        )
    sentence = _of_the_server(error) if status else _of_the_client(error)
    words = {"bucket": place.bucket, "server": place.server, "doing": doing, "what": what, "why": _plain(error)}
    if is_passing(error):
        return StoreUnreachable((sentence or "Cannot {doing} {what} now: {why}.").format(**words))
    return StorageError((sentence or "Cannot {doing} {what}: {why}.").format(**words))


def _of_the_server(error: BaseException) -> str:
    status = _status(error)
    if _is_without_bucket(error):
        return _NO_BUCKET
    if "No such object" in str(error) or _reason(error) in _PACED:
        return ""
    return {401: _NOT_KNOWN, 403: _NO_RIGHT, 404: _NO_SUCH}.get(status, "")


def _of_the_client(error: BaseException) -> str:
    kinds = _kinds(error)
    if "SSLError" in kinds:
        return "The certificate of {server} is not trusted: see REQUESTS_CA_BUNDLE."
    if kinds & _UNREACHED or getattr(error, "retryable", False):
        return _AWAY
    if kinds & {"RefreshError", "UserAccessTokenError", "ReauthFailError"}:
        return (
            _CLOCK if "reasonable timeframe" in str(error) else "Google refuses the credentials ({why}): " + _HOW + "."
        )
    if "InvalidOperation" in kinds:
        return "{server} asks for credentials, and an emulator (STORAGE_EMULATOR_HOST) is given none."
    if kinds & {"DefaultCredentialsError", "MalformedError"}:
        is_absent_file = "were not found" in str(error)
        what = "There are no credentials for {server}: "
        return (what if is_absent_file else "GOOGLE_APPLICATION_CREDENTIALS names no good key ({why}): ") + _HOW + "."
    if "DataCorruption" in kinds:
        return "Cannot {doing} {what}: what comes has another checksum than {server} says."
    return _OTHER if kinds & _NOT_UNDERSTOOD else ""


def _status(error: BaseException) -> int:
    """The HTTP status that the server gave; 0 for trouble of the client's own."""
    return int(getattr(error, "code", 0) or 0) if "GoogleAPICallError" in _kinds(error) else 0


def _is_without_bucket(error: BaseException) -> bool:
    return _status(error) == 404 and "bucket does not exist" in str(error)


def _reason(error: BaseException) -> str:
    """The word that the server has for it; empty where it gave none."""
    errors = _body(error).get("errors") or [{}]
    return str(errors[0].get("reason", ""))


def _body(error: BaseException) -> Mapping[str, Any]:
    """What stands under `error` in the server's refusal, if that is as it should be."""
    if not _status(error):  # an answer that came too late or changed: its body is read, and no refusal
        return {}
    try:
        found = error.response.json()["error"]  # type: ignore[attr-defined]
        return found if isinstance(found, dict) and isinstance(found.get("errors", []), list) else {}
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError):
        return {}


def _kinds(error: BaseException) -> set[str]:
    """Names of its classes: they are the client's, which is an extra that need not be there."""
    return {kind.__name__ for kind in type(error).__mro__}


def _plain(error: BaseException) -> str:
    """The server's own words, else the client's, in one line; they hold no secret."""
    said = str(_body(error).get("message") or getattr(error, "message", "") or error)
    if _status(error):
        said = f"{_status(error)} {said}"
    return " ".join(said.split()).rstrip(".")[:200] or type(error).__name__
