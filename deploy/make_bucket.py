"""Makes the bucket that IMAGES_STORE names, where it is not there yet: once, before the service begins.

`AWS_ENDPOINT_URL` says where the server is; the key is found as boto3 finds it.
"""

from __future__ import annotations

import os
import sys
import time

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SECONDS = 60.0
"""For which a server that starts is waited for."""
_THERE = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


def main() -> int:
    """Exit codes: 0 it is there, 2 no bucket is named, 3 the server did not come or refused."""
    place = os.environ.get("IMAGES_STORE", "")
    if not place.startswith("s3://"):
        return _say(f"IMAGES_STORE is {place!r}: no bucket is needed unless it is s3://BUCKET/PREFIX", 2)
    bucket = place.removeprefix("s3://").partition("/")[0]
    client = boto3.client("s3", region_name=os.environ.get("AWS_REGION_NAME") or "us-east-1")
    until = time.monotonic() + SECONDS
    while True:
        try:
            client.create_bucket(Bucket=bucket)
            return 0
        except ClientError as error:
            code = error.response["Error"]["Code"]
            return 0 if code in _THERE else _say(f"the server refused to make the bucket {bucket}: {code}", 3)
        except BotoCoreError as error:
            if time.monotonic() > until:
                return _say(f"the S3 server did not come within {SECONDS:g} s: {error}", 3)
        time.sleep(1.0)


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(sentence + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
