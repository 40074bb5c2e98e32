"""Where an export into a bucket may go; that it arrives is a test of a whole crawl."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.errors import UsageError
from phx_scraper.export.upload import checked_bucket
from phx_scraper.model.store_place import GcsAccess, GcsPlace, S3Access, S3Place

STORE = S3Place("bucket", "photos")


@pytest.mark.parametrize("text", ["s3://bucket/exports", "s3://bucket/photos-2", "s3://other/photos", "s3://other"])
def test_a_place_beside_the_store_is_good(text: str) -> None:
    found = checked_bucket(text, STORE, {"AWS_REGION_NAME": "us-west-2"})
    assert (str(found), found.access) == (text, S3Access(region="us-west-2"))


@pytest.mark.parametrize("text", ["s3://bucket", "s3://bucket/photos", "s3://bucket/photos/exports"])
def test_the_store_and_what_holds_it_are_not(text: str) -> None:
    with pytest.raises(UsageError, match=r"holds the store s3://bucket/photos, or lies in it: name a place outside it"):
        checked_bucket(text, STORE, {})
    checked_bucket(text, Path("/data"), {})


def test_a_bucket_of_another_kind_may_have_the_same_name() -> None:
    found = checked_bucket("gs://bucket/photos", STORE, {"STORAGE_EMULATOR_HOST": "127.0.0.1:9"})
    assert found == GcsPlace("bucket", "photos", GcsAccess(None, "http://127.0.0.1:9"))


@pytest.mark.parametrize(
    "text", ["folder", "ftp://bucket", "gs://key:secret@bucket", "s3://key:secret@bucket", "s3://"]
)
def test_what_is_no_bucket_is_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--to ") as wrong:
        checked_bucket(text, STORE, {})
    assert "secret" not in str(wrong.value)
