from __future__ import annotations

from collections.abc import Iterator
from http.client import IncompleteRead
from io import BytesIO

import pytest
from PIL import Image

from phx_scraper.replica import Options, Replica, running
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.zillow.photos import CROPPED, UNCROPPED, VARIANTS
from tests.unit.replica.client import get

SEED = SeededRandom("test photo").hex(24)


def path(key: str, variant: str = "cc_ft_384", ending: str = "jpg") -> str:
    return f"/photos.zillowstatic.com/fp/{key}-{variant}.{ending}"


def broken(fault: str, number: int = 0) -> str:
    return Picture(SeededRandom("broken", fault, number).hex(24), fault=fault).key


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_has_its_width(simple: Replica, variant: str) -> None:
    answer = get(simple, path(Picture(SEED).key, variant))
    image = Image.open(BytesIO(answer.body))
    image.load()
    size = VARIANTS[variant]
    assert (answer.status, answer.headers["content-type"], image.format) == (200, "image/jpeg", "JPEG")
    assert image.width == size.width
    assert int(answer.headers["content-length"]) == len(answer.body)
    if variant in CROPPED:
        assert image.width * 3 == image.height * 4


@pytest.mark.parametrize("variant", ["cc_ft_384", "d_d"])
def test_the_other_format(simple: Replica, variant: str) -> None:
    answer = get(simple, path(Picture(SEED).key, variant, "webp"))
    assert answer.headers["content-type"] == "image/webp"
    assert Image.open(BytesIO(answer.body)).format == "WEBP"


def test_uncropped_files_keep_the_ratio(simple: Replica) -> None:
    for number in range(12):
        key = Picture(SeededRandom("ratio", number).hex(24)).key
        wide, small = (Image.open(BytesIO(get(simple, path(key, name)).body)) for name in ("o_a", "d_d"))
        assert wide.width / wide.height == pytest.approx(small.width / small.height, abs=0.01)
    assert all(size.height is None for size in UNCROPPED.values())


def test_an_unchanged_photo_is_304(simple: Replica) -> None:
    target = path(Picture(SEED).key)
    first = get(simple, target)
    for header, value in (
        ("If_None_Match", first.headers["etag"]),
        ("If_Modified_Since", first.headers["last-modified"]),
    ):
        again = get(simple, target, **{header: value})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert get(simple, target, If_None_Match='"another"').status == 200
    assert get(simple, target, If_Modified_Since="Mon, 01 Jan 2024 00:00:00 GMT").status == 200
    assert "max-age" in first.headers["cache-control"]
    assert get(simple, path(Picture(SEED).key, "d_d")).headers["etag"] != first.headers["etag"]


def test_a_head_request_has_no_body(simple: Replica) -> None:
    answer = get(simple, path(Picture(SEED).key), "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


@pytest.mark.parametrize(("fault", "variant"), [("photo_truncated", "cc_ft_384"), ("photo_truncated", "d_d")])
def test_a_truncated_file_states_its_own_length(simple: Replica, fault: str, variant: str) -> None:
    for ending in ("jpg", "webp"):
        answer = get(simple, path(broken(fault), variant, ending))
        assert int(answer.headers["content-length"]) == len(answer.body)
        with pytest.raises((OSError, SyntaxError)):
            Image.open(BytesIO(answer.body)).load()


def test_permanent_faults(simple: Replica) -> None:
    web_page = get(simple, path(broken("photo_html")))
    assert (web_page.headers["content-type"], web_page.body[:6]) == ("image/jpeg", b"<html>")
    assert get(simple, path(broken("photo_empty"))).body == b""
    assert get(simple, path(broken("photo_missing"))).status == 404
    flat = Image.open(BytesIO(get(simple, path(broken("photo_flat"), "d_d")).body))
    assert (flat.width, len(flat.getcolors() or [])) == (800, 1)
    assert Image.open(BytesIO(get(simple, path(broken("photo_tiny"), "o_a")).body)).width == 160


def test_a_bomb_is_small_and_claims_to_be_huge(simple: Replica) -> None:
    body = get(simple, path(broken("photo_bomb"))).body
    assert len(body) < 5000
    with pytest.raises(Image.DecompressionBombError):
        Image.open(BytesIO(body))


@pytest.fixture(scope="module")
def fresh() -> Iterator[Replica]:
    with running(Options()) as replica:
        yield replica


@pytest.mark.parametrize(("fault", "status"), [("photo_429_once", 429), ("photo_503_once", 503)])
def test_transient_faults(fresh: Replica, fault: str, status: int) -> None:
    answers = [get(fresh, path(broken(fault))) for _ in range(3)]
    assert [answer.status for answer in answers] == [status, 200, 200]
    assert answers[0].headers.get("retry-after") == ("1" if status == 429 else None)
    assert get(fresh, path(broken(fault), "p_d")).status == status


def test_a_cut_connection_is_transient(fresh: Replica) -> None:
    target = path(broken("photo_cut_once"), "d_d")
    with pytest.raises(IncompleteRead) as cut:
        get(fresh, target)
    whole = get(fresh, target)
    assert whole.body.startswith(cut.value.partial)
    assert 0 < len(cut.value.partial) < len(whole.body)
    Image.open(BytesIO(whole.body)).load()


def test_a_new_server_serves_every_key_with_the_same_bytes(simple: Replica, fresh: Replica) -> None:
    target = path(Picture(SEED, treatment="watermarked", strength=9).key, "d_d")
    assert get(simple, target).body == get(fresh, target).body


def test_pictures_are_kept_in_a_folder(tmp_path, simple: Replica) -> None:  # type: ignore[no-untyped-def]
    target = path(Picture(SEED).key)
    with running(Options(cache=tmp_path)) as replica:
        body = get(replica, target).body
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in files] == [body]
    files[0].write_bytes(b"kept")
    with running(Options(cache=tmp_path)) as replica:
        assert get(replica, target).body == b"kept"
