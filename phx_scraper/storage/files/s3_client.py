"""Objects of a bucket of an S3 server, asked for by boto3, which comes with the extra `[service]`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from phx_scraper.errors import StorageError
from phx_scraper.model.store_place import S3Access, S3Place
from phx_scraper.storage.files.bucket_client import CONNECTIONS, PATIENT, BucketClient, Page, Patience
from phx_scraper.storage.files.s3_errors import (
    ABSENT,
    NO_CONDITIONS,
    REFUSED_CONDITION,
    as_storage_error,
    code_of,
    is_passing,
)
from phx_scraper.storage.files.store import FileFacts

_Answer = TypeVar("_Answer")


class S3Client(BucketClient):
    """Asks an S3 server."""

    place: S3Place

    def __init__(self, place: S3Place, patience: Patience = PATIENT) -> None:
        super().__init__(place, patience)
        self.server = _server(place, patience)

    def find(self, key: str) -> FileFacts | None:
        head = self._ask("look at", key, lambda: _or_none(lambda: self.server.head_object(**self._object(key))))
        if head is not None and "LastModified" not in head:
            raise StorageError(f"The server of {self.place.url_of(key)} does not answer as an S3 server does.")
        return head and _facts(head, "ContentLength")

    def body(self, key: str, last: int | None = None) -> bytes | None:
        wanted = {} if last is None else {"Range": f"bytes=-{last}"}

        def read() -> bytes:
            data: bytes = self.server.get_object(**self._object(key), **wanted)["Body"].read()
            return data

        return self._ask("read", key, lambda: _or_none(read))

    def put(self, key: str, data: bytes, kind: str) -> None:
        self._ask("write", key, lambda: self.server.put_object(**self._object(key), Body=data, ContentType=kind))

    def put_new(self, key: str, data: bytes, kind: str) -> bool | None:
        sent = {**self._object(key), "Body": data, "ContentType": kind, "IfNoneMatch": "*"}
        return self._ask("write", key, lambda: _if_allowed(lambda: self.server.put_object(**sent)))

    def copy(self, source: str, target: str) -> None:
        sent = {**self._object(target), "CopySource": self._object(source)}
        self._ask("copy to", target, lambda: self.server.copy_object(**sent))

    def delete(self, key: str) -> None:
        self._ask("remove", key, lambda: self.server.delete_object(**self._object(key)))

    def page(self, start: str, delimiter: str, following: str | None) -> Page:
        request = {"Bucket": self.place.bucket, "Prefix": start}
        request |= {"Delimiter": delimiter} if delimiter else {}
        request |= {"ContinuationToken": following} if following else {}
        page = self._ask("list", start, lambda: self.server.list_objects_v2(**request))
        return Page(
            [(found["Key"], _facts(found, "Size")) for found in page.get("Contents", ())],
            [found["Prefix"] for found in page.get("CommonPrefixes", ())],
            page["NextContinuationToken"] if page.get("IsTruncated") else None,
        )

    def _object(self, key: str) -> dict[str, Any]:
        return {"Bucket": self.place.bucket, "Key": key}

    def _is_passing(self, error: Exception) -> bool:
        return is_passing(error)

    def _as_storage_error(self, error: Exception, doing: str, what: str) -> StorageError:
        return as_storage_error(error, self.place, doing, what)


def _or_none(call: Callable[[], _Answer]) -> _Answer | None:
    """None where the server says that there is no such object."""
    try:
        return call()
    except Exception as error:
        if code_of(error) in ABSENT:
            return None
        raise


def _if_allowed(call: Callable[[], Any]) -> bool | None:
    """Whether a condition held; None where the server knows none."""
    try:
        call()
        return True
    except Exception as error:
        if code_of(error) in REFUSED_CONDITION:
            return False
        if code_of(error) in NO_CONDITIONS:
            return None
        raise


def _facts(found: Mapping[str, Any], size: str) -> FileFacts:
    since = int(found["LastModified"].timestamp() * 1e9)
    return FileFacts(found[size], since, since)


def _server(place: S3Place, patience: Patience) -> Any:
    try:
        import boto3
    except ImportError:
        raise StorageError(f"{place} needs the extra service: pip install 'phx-scraper[service]'.") from None
    for name in ("boto3", "botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)  # below it they tell of signatures
    try:
        session = boto3.session.Session(
            aws_access_key_id=place.access.key_id,
            aws_secret_access_key=place.access.secret,
            aws_session_token=place.access.session_token,
            region_name=place.access.region,
        )
        return session.client("s3", config=_config(place.access, patience), **_connection(place.access))
    except Exception as error:
        why = " ".join(str(error).split()).rstrip(".")
        raise StorageError(f"{place} cannot be used ({why}): correct the settings AWS_….") from None


def _connection(access: S3Access) -> dict[str, Any]:
    given = {"endpoint_url": access.endpoint, "use_ssl": access.use_tls, "verify": access.verify}
    return {name: value for name, value in given.items() if value is not None}


def _config(access: S3Access, patience: Patience) -> Any:
    from botocore.config import Config

    return Config(
        retries={"total_max_attempts": 1},
        connect_timeout=patience.connect,
        read_timeout=patience.silence,
        max_pool_connections=CONNECTIONS,
        # Other servers than Amazon's are asked by path, and many of them refuse its newer checksums. What is signed is
        # the SHA-256 of the body, over TLS too, so that every server compares the bytes that it gets.
        s3={"addressing_style": "path" if access.endpoint else "auto", "payload_signing_enabled": True},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
