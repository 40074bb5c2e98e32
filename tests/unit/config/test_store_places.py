"""Where the store and the catalogue are: how their places are written, and what reaches them."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.model.store_place import GcsAccess, GcsPlace, S3Access, S3Place


def here(path: str) -> Path:
    return Path(path).absolute()


@pytest.mark.parametrize("form", ["{path}", "sqlite:///{path}"])
def test_the_file_of_the_catalogue_is_named_by_path_or_url(form: str, tmp_path: Path) -> None:
    config = read_config({"PHX_CATALOGUE_URL": form.format(path=tmp_path / "x.sqlite")})
    assert config.catalogue == tmp_path / "x.sqlite"
    assert config.catalogue_place == form.format(path=tmp_path / "x.sqlite")
    assert read_config({"PHX_CATALOGUE_URL": "sqlite:///x"}).catalogue == here("x")


def test_the_catalogue_is_in_the_store_where_nothing_else_is_said(tmp_path: Path) -> None:
    config = read_config({"IMAGES_STORE": tmp_path})
    assert config.catalogue == tmp_path / "metadata" / "catalogue.sqlite"
    assert config.catalogue_place == str(config.catalogue)


def test_a_bucket_is_reached_by_scrapys_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://of-the-environment:9000")
    written = {
        **{"AWS_ENDPOINT_URL": "http://127.0.0.1:9000", "AWS_REGION_NAME": "us-west-2", "AWS_SESSION_TOKEN": None},
        **{"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "hunter2", "AWS_USE_SSL": "0", "AWS_VERIFY": "/ca.pem"},
    }
    config = read_config({"IMAGES_STORE": "s3://bucket/photos", **written})
    access = S3Access("http://127.0.0.1:9000", "us-west-2", "key", "hunter2", None, False, "/ca.pem")
    assert config.images_store == S3Place("bucket", "photos", access)
    assert "hunter2" not in repr(config)
    bare = read_config({"IMAGES_STORE": "s3://bucket"}).images_store
    assert bare == S3Place("bucket", "", S3Access("http://of-the-environment:9000"))


def test_google_is_reached_by_scrapys_own_setting_and_an_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    written = {"IMAGES_STORE": "gs://bucket/photos", "GCS_PROJECT_ID": "houses"}
    assert read_config(written).images_store == GcsPlace("bucket", "photos", GcsAccess("houses"))
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "localhost:9023/")
    assert read_config(written).images_store == GcsPlace(
        "bucket", "photos", GcsAccess("houses", "http://localhost:9023")
    )


@pytest.mark.parametrize(
    "text", ["ftp://127.0.0.1", "http://", "http://[", "host:port", "http://host:70000", "http://me:hunter2@host"]
)
@pytest.mark.parametrize(("store", "name"), [("gs", "STORAGE_EMULATOR_HOST"), ("s3", "AWS_ENDPOINT_URL")])
def test_the_server_of_a_bucket_has_an_address(text: str, store: str, name: str) -> None:
    sentence = rf"^{name} is .+: set it to http://HOST:PORT or https://HOST$"
    with pytest.raises(UsageError, match=sentence) as caught:
        read_config({"IMAGES_STORE": f"{store}://bucket", name: text})
    assert "hunter2" not in str(caught.value)


def test_a_name_in_capitals_is_shown_in_small_letters() -> None:
    with pytest.raises(UsageError, match=r"digits, dots and hyphens only, as in s3://my-houses$"):
        read_config({"IMAGES_STORE": "s3://My-Houses/x"})


def test_the_catalogue_of_a_bucket_is_on_this_machine() -> None:
    config = read_config({"IMAGES_STORE": "s3://bucket/photos/2026"})
    assert config.catalogue == here("data/s3/bucket/photos/2026/metadata/catalogue.sqlite")
    assert read_config({"IMAGES_STORE": "s3://bucket"}).catalogue == here("data/s3/bucket/metadata/catalogue.sqlite")
    assert read_config({"IMAGES_STORE": "gs://bucket/x"}).catalogue == here(
        "data/gs/bucket/x/metadata/catalogue.sqlite"
    )
