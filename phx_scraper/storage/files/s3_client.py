"""One request at a time to an S3 server, tried again for a bounded time where the server or the network fails.

boto3's own tries are switched off, so that there is one rule. It comes with the extra `[service]`.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from typing import Any

from phx_scraper.errors import StorageError
from phx_scraper.model.store_place import S3Access, S3Place
from phx_scraper.storage.files.s3_errors import as_storage_error, code_of, is_passing

PATIENCE_SECONDS = 90.0
"""How long a request is tried: a server that is away for a minute holds a run up, and does not end it."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0
_CONNECT_SECONDS, _READ_SECONDS = 5, 30
_CONNECTIONS = 64
_NO_CODES: frozenset[str] = frozenset()


class S3Client:
    """Asks the server of a place; safe for several threads. `patience` in seconds."""

    def __init__(self, place: S3Place, patience: float = PATIENCE_SECONDS) -> None:
        self.place = place
        self.patience = patience
        self.server = _server(place)

    def ask(self, doing: str, method: str, request: Mapping[str, Any], passes: frozenset[str] = _NO_CODES) -> Any:
        """The answer to a method of boto3's client, its body read. Raises StorageError.

        Errors of boto3 whose code is in `passes` are raised as they are.
        """
        until, pause = time.monotonic() + self.patience, _FIRST_PAUSE
        while True:
            try:
                return self._answer(method, request)
            except Exception as error:
                if code_of(error) in passes:
                    raise
                if not is_passing(error) or time.monotonic() + pause > until:
                    what = f"s3://{self.place.bucket}/{request.get('Key', request.get('Prefix', ''))}"
                    raise as_storage_error(error, self.place, doing, what) from error
            # Many threads wait for the same server: they come back one after another.
            time.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _answer(self, method: str, request: Mapping[str, Any]) -> Any:
        answer = getattr(self.server, method)(**request)
        if "Body" in answer:
            answer["Body"] = answer["Body"].read()
        return answer


def _server(place: S3Place) -> Any:
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
        return session.client("s3", config=_config(place.access), **_connection(place.access))
    except Exception as error:
        why = " ".join(str(error).split()).rstrip(".")
        raise StorageError(f"{place} cannot be used ({why}): correct the settings AWS_….") from None


def _connection(access: S3Access) -> dict[str, Any]:
    given = {"endpoint_url": access.endpoint, "use_ssl": access.use_tls, "verify": access.verify}
    return {name: value for name, value in given.items() if value is not None}


def _config(access: S3Access) -> Any:
    from botocore.config import Config

    return Config(
        retries={"total_max_attempts": 1},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        max_pool_connections=_CONNECTIONS,
        # Other servers than Amazon's are asked by path, and many of them refuse its newer checksums. What is signed is
        # the SHA-256 of the body, over TLS too, so that every server compares the bytes that it gets.
        s3={"addressing_style": "path" if access.endpoint else "auto", "payload_signing_enabled": True},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
