"""Turns what an S3 server or its client complains of into one sentence each: what, where, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phx_scraper.errors import DiskFull, StorageError, StoreUnreachable
from phx_scraper.model.store_place import S3Place

ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
REFUSED_CONDITION = frozenset({"412", "PreconditionFailed"})
NO_CONDITIONS = frozenset({"400", "501", "InvalidArgument", "InvalidRequest", "NotImplemented"})
_PASSING = frozenset(
    {
        *("429", "500", "502", "503", "504", "409", "ConditionalRequestConflict", "InternalError", "OperationAborted"),
        *("RequestTimeout", "ServiceUnavailable", "SlowDown", "Throttling", "ThrottlingException", "TooManyRequests"),
    }
)
_UNREACHED = frozenset({"ConnectionError", "HTTPClientError", "IncompleteReadError", "ResponseStreamingError"})
_FULL = frozenset({"507", "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "EntityTooLarge"})
_REGION = "The bucket {bucket} is in another region: set AWS_REGION_NAME to it."
_SENTENCES = {
    "There is no bucket {bucket} at {server}: make it, or correct IMAGES_STORE.": {"NoSuchBucket"},
    "{server} does not know the key of AWS_ACCESS_KEY_ID: correct it.": {"InvalidAccessKeyId", "InvalidTokenId"},
    "{server} refuses the secret: AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID.": {
        "SignatureDoesNotMatch"
    },
    "The session token for {server} is no longer good: get a new one (AWS_SESSION_TOKEN).": {
        *("ExpiredToken", "InvalidToken", "TokenRefreshRequired")
    },
    "The clock of this machine is not that of {server}: set it, for requests of another time are refused.": {
        *("RequestTimeTooSkewed", "RequestExpired")
    },
    _REGION: {*("PermanentRedirect", "301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException")},
    "{server} does not let this key {doing} {what}: it needs the rights to get, put, delete and list there.": {
        *("403", "AccessDenied", "AllAccessDisabled", "Forbidden", "401", "Unauthorized")
    },
}


def code_of(error: BaseException) -> str:
    """What the server calls it; empty for trouble of the client's own."""
    return str(_answer(error).get("Error", {}).get("Code", ""))


def is_passing(error: BaseException) -> bool:
    """Whether the same request may succeed a little later."""
    status = _answer(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code_of(error) in _PASSING or status in {429, 500, 502, 503, 504}:
        return True
    return bool(_kinds(error) & _UNREACHED) and "SSLError" not in _kinds(error)


def _answer(error: BaseException) -> Mapping[str, Any]:
    found: Mapping[str, Any] = getattr(error, "response", None) or {}
    return found


def _kinds(error: BaseException) -> set[str]:
    """Names of its classes: they are the client's, which is an extra that need not be there."""
    return {kind.__name__ for kind in type(error).__mro__}


def as_storage_error(error: BaseException, place: S3Place, doing: str, what: str) -> StorageError:
    """The error to raise in its stead; `what` is the URL of the object that was asked about."""
    words: dict[str, Any] = {"bucket": place.bucket, "server": place.server, "doing": doing, "what": what}
    code = code_of(error)
    if code in _FULL:
        return DiskFull(f"No space left to {doing} {what} ({code}): make room at {place.server}, then run this again.")
    for sentence, codes in _SENTENCES.items():
        if code in codes:
            return StorageError(sentence.format(**words))
    said = _of_the_client(error, place)
    if is_passing(error):
        return StoreUnreachable(said or f"Cannot {doing} {what} now: {_plain(error)}.")
    return StorageError(said or f"Cannot {doing} {what}: {_plain(error)}.")


def _of_the_client(error: BaseException, place: S3Place) -> str:
    kinds = _kinds(error)
    if "RecursionError" in kinds:  # of the client, that follows a server from region to region
        return _REGION.format(bucket=place.bucket)
    if kinds & {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"}:
        return f"There is no key for {place.server}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    if "SSLError" in kinds:
        return f"The certificate of {place.server} is not trusted: see AWS_VERIFY and AWS_USE_SSL."
    if "ResponseParserError" in kinds:
        return f"{place.server} does not answer as an S3 server does: correct AWS_ENDPOINT_URL."
    if "ParamValidationError" in kinds:
        return f"{place.bucket[:80]!r} is no name of a bucket: correct IMAGES_STORE."
    if kinds & _UNREACHED:
        return f"{place.server} cannot be reached: correct AWS_ENDPOINT_URL, or see to the network and the server."
    return ""


def _plain(error: BaseException) -> str:
    """The server's own words, else the client's, in one line; they hold no secret."""
    said = _answer(error).get("Error", {})
    if said.get("Code"):
        return " ".join(f"{said['Code']} {said.get('Message') or ''}".split()).rstrip(".")[:200]
    return " ".join(str(error).split()).rstrip(".")[:200] or type(error).__name__
