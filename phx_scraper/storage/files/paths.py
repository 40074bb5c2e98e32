"""Builds every name and path of the store. Paths are relative to the store's root, with `/`."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from phx_scraper.errors import UnsafePath

CATALOGUE = "metadata/catalogue.sqlite"
TEMPORARY = ".tmp"
PROCESSED = "processed"
RAW = "raw"
THUMBNAILS = "thumbs"
HOMES = "homes"
RUNS = "metadata/runs"
HOME_MANIFEST_NAME = "images_manifest.json"
ORIGINALS = "originals"
REPORT_STATE = "report/report.json"

_HEX = re.compile(r"[0-9a-f]{64}")
_EXTENSION = re.compile(r"[a-z0-9]{1,5}")
_RUN_ID = re.compile(r"[0-9A-Za-z-]{1,40}")
_RUN_RECORD = re.compile(r"run_\d{8}_\d{6}_[0-9A-Za-z-]{1,40}\.json")
_VIEW = re.compile(r"[a-z][a-z0-9_]{0,60}")
_PLAIN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,118}[a-z0-9])?")
_HOME_PICTURE = re.compile(r"img_\d{3,}\.[a-z0-9]{1,5}")
# Windows opens devices under these names, whatever the folder.
_DEVICE = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")
_MAX_NAME_BYTES = 255
_READABLE_PART = 100


def processed(content_hash: str, extension: str = "png") -> str:
    """The path of a standardised picture: `processed/{first 8}/{content_hash}.png`."""
    _match(_HEX, content_hash, "content hash")
    return f"{PROCESSED}/{content_hash[:8]}/{content_hash}.{_match(_EXTENSION, extension, 'extension')}"


def raw(raw_sha256: str, extension: str) -> str:
    """The path of original bytes: `raw/{first 2}/{raw_sha256}.{extension}`."""
    _match(_HEX, raw_sha256, "sha256")
    return f"{RAW}/{raw_sha256[:2]}/{raw_sha256}.{_match(_EXTENSION, extension, 'extension')}"


def thumbnail(content_hash: str) -> str:
    """The path of the thumbnail of a standardised picture: `thumbs/{first 8}/{content_hash}.jpg`."""
    _match(_HEX, content_hash, "content hash")
    return f"{THUMBNAILS}/{content_hash[:8]}/{content_hash}.jpg"


def thumbnails_of(paths: Iterable[str]) -> set[str]:
    """The paths of the thumbnails of those paths that are of standardised pictures."""
    return {thumbnail(found) for path in paths if (found := _content_hash(path)) and path in _pictures(found)}


def pictures_of_thumbnail(path: str) -> tuple[str, ...]:
    """The paths that the picture of a thumbnail may have; none where that path is no thumbnail's."""
    found = _content_hash(path)
    return _pictures(found) if found and path == thumbnail(found) else ()


def _content_hash(path: str) -> str:
    """What a file is named after, if that is a hash."""
    name = path.rpartition("/")[2].partition(".")[0]
    return name if _HEX.fullmatch(name) else ""


def _pictures(content_hash: str) -> tuple[str, ...]:
    return processed(content_hash), processed(content_hash, "jpg")


def metadata(name: str) -> str:
    """The path of a view of the whole catalogue: `metadata/{name}.json`."""
    return f"metadata/{_match(_VIEW, name, 'view name')}.json"


def run_record(run_id: str, started_at: float) -> str:
    """The path of a run's record: `metadata/runs/run_{YYYYMMDD_HHMMSS}_{run_id}.json`, in UTC."""
    stamp = datetime.fromtimestamp(started_at, UTC).strftime("%Y%m%d_%H%M%S")
    return f"{RUNS}/run_{stamp}_{_match(_RUN_ID, run_id, 'run id')}.json"


def is_run_record(name: str) -> bool:
    """Whether a file name has the form of `run_record`."""
    return _RUN_RECORD.fullmatch(name) is not None


def home_folder(slug: str) -> str:
    """The folder of a home: `homes/{slug}`, with `safe_name` of the slug."""
    return f"{HOMES}/{safe_name(slug)}"


def home_picture(slug: str, number: int, extension: str = "png") -> str:
    """The n-th picture of a home, counted from 1: `homes/{slug}/img_001.png`."""
    return f"{home_folder(slug)}/img_{number:03d}.{_match(_EXTENSION, extension, 'extension')}"


def home_originals(slug: str) -> str:
    """The folder of a home's original files: `homes/{slug}/originals`."""
    return f"{home_folder(slug)}/{ORIGINALS}"


def home_original(slug: str, number: int, extension: str) -> str:
    """The original of a home's n-th picture: `homes/{slug}/originals/img_001.jpg`."""
    return f"{home_originals(slug)}/img_{number:03d}.{_match(_EXTENSION, extension, 'extension')}"


def home_manifest(slug: str) -> str:
    """The list of a home's pictures: `homes/{slug}/images_manifest.json`."""
    return f"{home_folder(slug)}/{HOME_MANIFEST_NAME}"


def is_home_picture(name: str) -> bool:
    """Whether a file name in a home's folder has the form of `home_picture`."""
    return _HOME_PICTURE.fullmatch(name) is not None


def safe_name(text: str) -> str:
    """`text` itself if it is a plain lower-case name, else a readable name with its hash; never fails.

    The result is the same in every run, and different for different texts also on file systems that ignore case.
    """
    if _PLAIN_NAME.fullmatch(text) and not _DEVICE.fullmatch(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    readable = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_READABLE_PART].strip("-")
    # No plain name contains an underscore.
    return f"{readable}_{digest}"


def checked(path: str) -> str:
    """`path` itself. Raises UnsafePath where it is none inside a store."""
    _safe_parts(path)
    return path


def inside(root: Path, path: str) -> Path:
    """The file of `path` under `root`. Raises UnsafePath for a path outside the root or through a symbolic link."""
    place = str(root)
    for part in _safe_parts(path):
        place = f"{place}/{part}"
        if _is_symlink(place):
            raise UnsafePath(f"{path!r} passes the symbolic link {place}, so it is not used: remove the link.")
    return Path(place)


def _safe_parts(path: str) -> list[str]:
    parts = path.split("/")
    if not all(_is_safe_part(part) for part in parts):
        raise UnsafePath(f"{path!r} is not a path inside the data folder.")
    return parts


def _is_safe_part(part: str) -> bool:
    if part in {"", ".", ".."} or not part.isprintable() or "\\" in part or ":" in part:
        return False
    return len(part.encode()) <= _MAX_NAME_BYTES


def _is_symlink(path: str) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except OSError:
        return False


def _match(pattern: re.Pattern[str], text: str, what: str) -> str:
    if not pattern.fullmatch(text):
        raise UnsafePath(f"{text[:80]!r} is no {what} that a file may be named after.")
    return text
