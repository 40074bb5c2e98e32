"""The kinds of buckets that a store can be in, each with a real server, so that one test asks them all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tests.gcs_server import gcs_server, gcs_settings_of, new_gcs_place
from tests.s3_server import new_place, s3_server, settings_of


@dataclass(frozen=True)
class BucketKind:
    """`server` gives the URL of a server, `place` a part of a new bucket of it, `settings` what a command needs."""

    server: Callable[[], AbstractContextManager[str]]
    place: Callable[..., Any]
    settings: Callable[[Any], dict[str, Any]]


BUCKET_KINDS = {
    "s3": BucketKind(s3_server, new_place, settings_of),
    "gs": BucketKind(gcs_server, new_gcs_place, gcs_settings_of),
}
