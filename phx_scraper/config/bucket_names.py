"""What names a bucket may have, by the rules of Amazon S3 and of Google Cloud Storage.

A name that breaks them belongs to no bucket; servers answer to it with a refusal that does not say so.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address

_LEAST, _MOST = 3, 63
_MOST_WITH_DOTS = 222
_LETTERS = {
    "s3://": (re.compile(r"[a-z0-9.-]+"), "small letters, digits, dots and hyphens"),
    "gs://": (re.compile(r"[a-z0-9._-]+"), "small letters, digits, dots, hyphens and underscores"),
}


def trouble_of(bucket: str, scheme: str) -> str:
    """What is wrong with a name, in words that follow its URL; empty where nothing is."""
    may, letters = _LETTERS[scheme]
    if not may.fullmatch(bucket):
        is_small = may.fullmatch(bucket.lower())
        hint = f", as in {scheme}{bucket.lower()}" if is_small else ""
        return f"the name of a bucket has {letters} only{hint}"
    if not (bucket[0] + bucket[-1]).isalnum():
        return "the name of a bucket begins and ends with a letter or a digit"
    if ".." in bucket or _is_number(bucket):
        return "the name of a bucket has no two dots in a row, and is no address of a machine"
    if scheme == "gs://" and bucket.startswith("goog"):
        return "no bucket has a name that begins with goog"
    return _length(bucket, scheme)


def _length(bucket: str, scheme: str) -> str:
    """At Google, parts between dots count each."""
    most = _MOST_WITH_DOTS if scheme == "gs://" and "." in bucket else _MOST
    if _LEAST <= len(bucket) <= most and all(len(part) <= _MOST for part in bucket.split(".")):
        return ""
    return f"the name of a bucket has {_LEAST} to {_MOST} characters"


def _is_number(bucket: str) -> bool:
    try:
        IPv4Address(bucket)
    except ValueError:
        return False
    return True
