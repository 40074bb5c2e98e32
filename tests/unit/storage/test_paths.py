"""Names and paths: for any input the path is inside the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phx_scraper.errors import UnsafePath
from phx_scraper.homes import parse_address, slug
from phx_scraper.storage.files import paths

SHA = "ab" * 32
HOSTILE = (
    "../../etc/passwd", "/etc/passwd", "a/../../b", "a\x00b", "..", ".", "", "con", "NUL", "a b", "ünï", "x" * 400,
    "a\\b", "C:evil", "\u202eabc", "-rf", "a.", "aux.png", "😀", "Ａ", "a\nb",
)  # fmt: skip


def test_paths_of_the_design() -> None:
    assert paths.processed(SHA) == f"processed/abababab/{SHA}.png"
    assert paths.raw(SHA, "jpg") == f"raw/ab/{SHA}.jpg"
    assert paths.thumbnail(SHA) == f"thumbs/abababab/{SHA}.jpg"
    assert paths.metadata("image_manifest") == "metadata/image_manifest.json"
    assert paths.home_picture("4732-w-davis-rd", 1) == "homes/4732-w-davis-rd/img_001.png"
    assert paths.home_picture("4732-w-davis-rd", 1234) == "homes/4732-w-davis-rd/img_1234.png"
    assert paths.home_manifest("4732-w-davis-rd") == "homes/4732-w-davis-rd/images_manifest.json"
    assert paths.run_record("0a1b2c3d", 1_700_000_000.5) == "metadata/runs/run_20231114_221320_0a1b2c3d.json"


def test_a_home_keeps_its_slug_as_folder() -> None:
    name = slug(parse_address("4732 W Davis Rd, Glendale, AZ 85306").canonical)
    assert paths.home_folder(name) == f"homes/{name}"


@pytest.mark.parametrize("text", ["", "../x", "AB" * 32, "ab" * 31, "g" * 64, f"{SHA}\n", f"../{SHA}"])
def test_only_a_hash_names_a_picture(text: str) -> None:
    with pytest.raises(UnsafePath):
        paths.processed(text)
    with pytest.raises(UnsafePath):
        paths.raw(text, "jpg")
    with pytest.raises(UnsafePath):
        paths.thumbnail(text)


def test_a_thumbnail_and_its_picture_are_told_by_their_names() -> None:
    pictures = paths.pictures_of_thumbnail(paths.thumbnail(SHA))
    assert pictures == (paths.processed(SHA), paths.processed(SHA, "jpg"))
    for picture in pictures:
        assert paths.thumbnails_of([picture]) == {paths.thumbnail(SHA)}


@pytest.mark.parametrize("path", [f"{SHA}.png", f"processed/{SHA}.png", f"processed/abababab/x{SHA}.png", "../x", ""])
def test_other_files_have_no_thumbnail_and_are_none(path: str) -> None:
    assert paths.thumbnails_of([path, paths.raw(SHA, "jpg"), paths.thumbnail(SHA)]) == set()
    assert paths.pictures_of_thumbnail(path.replace("processed", "thumbs").replace("png", "jpg")) == ()


@pytest.mark.parametrize("extension", ["", "../x", "JPG", "a/b", "jpeg2000", "p.g"])
def test_only_a_plain_extension_ends_a_name(extension: str) -> None:
    with pytest.raises(UnsafePath):
        paths.raw(SHA, extension)


@pytest.mark.parametrize("run_id", ["", "../x", "a/b", "x" * 41, "a b"])
def test_only_a_plain_run_id_names_a_record(run_id: str) -> None:
    with pytest.raises(UnsafePath):
        paths.run_record(run_id, 0.0)


@given(st.one_of(st.text(), st.sampled_from(HOSTILE)))
def test_any_name_stays_inside_the_store(text: str) -> None:
    name = paths.safe_name(text)
    root = Path("/nowhere/store")
    assert paths.inside(root, paths.home_folder(text)) == root / "homes" / name
    assert len(name.encode()) <= 255
    assert name == paths.safe_name(text)


@given(st.text(), st.text())
def test_different_names_stay_different_where_case_is_folded(one: str, other: str) -> None:
    assert (paths.safe_name(one).casefold() == paths.safe_name(other).casefold()) == (one == other)


@pytest.mark.parametrize("text", ["con", "nul", "com1", "lpt9"])
def test_device_names_are_made_harmless(text: str) -> None:
    assert paths.safe_name(text) != text


@given(st.one_of(st.text(), st.sampled_from(HOSTILE)))
def test_inside_never_leaves_the_root(text: str) -> None:
    root = Path("/nowhere/store")
    try:
        found = paths.inside(root, text)
    except UnsafePath:
        return
    assert root in found.parents
    assert ".." not in found.parts


@pytest.mark.parametrize(
    "path", ["..", "../x", "a/../../x", "/etc/passwd", "", ".", "a\x00b", "a/" + "x" * 256, "a\\b"]
)
def test_paths_that_leave_the_root_are_refused(path: str) -> None:
    with pytest.raises(UnsafePath):
        paths.inside(Path("/nowhere/store"), path)


@pytest.mark.parametrize("planted", ["processed", "processed/abababab", f"processed/abababab/{SHA}.png"])
def test_planted_symlinks_are_refused(tmp_path: Path, planted: str) -> None:
    root, outside = tmp_path / "store", tmp_path / "outside"
    outside.mkdir()
    link = root / planted
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    with pytest.raises(UnsafePath, match="symbolic link"):
        paths.inside(root, paths.processed(SHA))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("img_001.png", True), ("img_1234.jpg", True), ("img_1.png", False), ("images_manifest.json", False),
     ("img_001.png.bak", False), ("my img_001.png", False)],
)  # fmt: skip
def test_home_pictures_are_told_from_other_files(name: str, expected: bool) -> None:
    assert paths.is_home_picture(name) is expected


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda text: paths.processed(text), "content hash"),
        (lambda text: paths.processed(SHA, text), "extension"),
        (lambda text: paths.raw(text, "jpg"), "sha256"),
        (lambda text: paths.thumbnail(text), "content hash"),
        (lambda text: paths.raw(SHA, text), "extension"),
        (lambda text: paths.metadata(text), "view name"),
        (lambda text: paths.run_record(text, 0.0), "run id"),
        (lambda text: paths.home_picture("a", 1, text), "extension"),
    ],
)
def test_what_names_no_file_is_said(call: Callable[[str], str], what: str) -> None:
    for text, shown in (("../x", "../x"), ("?" * 90, "?" * 80)):
        with pytest.raises(UnsafePath) as problem:
            call(text)
        assert str(problem.value) == f"'{shown}' is no {what} that a file may be named after."


def test_extensions_of_pictures() -> None:
    assert paths.processed(SHA, "webp") == f"processed/abababab/{SHA}.webp"
    assert paths.home_picture("a", 12, "jpg") == "homes/a/img_012.jpg"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a", "a"),
        ("a" * 120, "a" * 120),
        ("a" * 121, f"{'a' * 100}_e9615320128cc7a3"),
        (f"{'a' * 99}-b!", f"{'a' * 99}_ac25b3aa6d8e81de"),
        ("A b!", "a-b_56c388fd7a7e9fc8"),
        ("", "_e3b0c44298fc1c14"),
        ("con", "con_1143da2bc54c495c"),
        ("-x-", "x_c6cf95e52d1790f0"),
        ("\udc80", "_37098e13faf72a01"),
    ],
)
def test_made_up_names_are_the_same_on_every_run(text: str, name: str) -> None:
    assert paths.safe_name(text) == name


@pytest.mark.parametrize(
    "part", ["..", ".", "", "a\nb", "a\\b", "C:x", "x" * 256, "ü" * 128], ids=lambda part: repr(part[:6])
)
def test_a_path_that_is_refused_is_shown(part: str) -> None:
    for path in (part, f"a/{part}", f"{part}/b"):
        with pytest.raises(UnsafePath) as problem:
            paths.inside(Path("/nowhere/store"), path)
        assert str(problem.value) == f"{path!r} is not a path inside the data folder."


def test_a_part_may_be_as_long_as_file_systems_take() -> None:
    root = Path("/nowhere/store")
    assert paths.inside(root, f"a/{'x' * 255}") == root / "a" / ("x" * 255)
    assert paths.inside(root, "...") == root / "..."


def test_the_link_that_is_passed_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").symlink_to(tmp_path)
    with pytest.raises(UnsafePath) as problem:
        paths.inside(tmp_path, "a/b/c")
    link = tmp_path / "a" / "b"
    assert str(problem.value) == f"'a/b/c' passes the symbolic link {link}, so it is not used: remove the link."
