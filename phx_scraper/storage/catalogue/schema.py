"""The catalogue's tables. Times are seconds since 1970 (UTC); texts that hold lists or objects are JSON."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from phx_scraper.model.listing import Evidence
from phx_scraper.model.outcome import OUTCOMES
from phx_scraper.model.photo import PHOTO_STATES
from phx_scraper.storage.catalogue.column_types import CleanText, JsonTuple

SCHEMA_VERSION = 20
"""Raised by one with every change of the tables, together with a step in `migrations.STEPS`."""

metadata = MetaData()


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """The constraint that a column holds one of these words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=f"{column}_known")


meta = Table("meta", metadata, Column("key", CleanText, primary_key=True), Column("value", CleanText, nullable=False))

runs = Table(
    "runs",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("spider", CleanText, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("ending", CleanText),
    Column("totals", JSON, nullable=False),
    Index("runs_by_spider", "spider", "started_at"),
)

homes = Table(
    "homes",
    metadata,
    # The home's label; one that two homes share is lengthened, so 8 to 64 digits. It never changes.
    Column("property_hash", String(64), primary_key=True),
    # The home itself (`homes.identity_of`), and its first part, by which a row that says less is looked up.
    Column("identity", CleanText, nullable=False, server_default=""),
    Column("street_key", CleanText, nullable=False, server_default=""),
    Column("address", CleanText, nullable=False),
    Column("slug", CleanText, nullable=False, unique=True),
    Column("street", CleanText, nullable=False),
    Column("city", CleanText, nullable=False),
    Column("state", CleanText, nullable=False),
    Column("zip", CleanText, nullable=False),
    Column("unit", CleanText, nullable=False),
    Column("extras", JSON, nullable=False),
    # A view of the home is stale while `viewed` lags behind `revision`, which every change of its pictures raises.
    Column("revision", Integer, nullable=False, default=0),
    Column("viewed", Integer, nullable=False, default=0),
    # Digest of the live pictures and of what was decided of them, by which rule: as long as it fits, that stands.
    Column("compared", CleanText, nullable=False, default="", server_default=""),
    # Whether its folder has the originals beside the pictures.
    Column("originals", Boolean, nullable=False, default=False, server_default="0"),
    Column("first_run_id", String(40), nullable=False),
    Column("last_run_id", String(40), nullable=False),
    Index("homes_by_identity", "identity", unique=True),
    Index("homes_by_street", "street_key"),
)

visits = Table(
    "visits",
    metadata,
    Column("property_hash", ForeignKey("homes.property_hash"), primary_key=True),
    Column("source", CleanText, primary_key=True),
    Column("outcome", CleanText, nullable=False, default="pending"),
    Column("reason", CleanText, nullable=False, default=""),
    # For people: near misses by name, the step and the way that failed.
    Column("detail", CleanText, nullable=False, default="", server_default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Float),
    Column("needs_page", Boolean, nullable=False, default=True),
    Column("force", Boolean, nullable=False, default=False),
    Column("lease_run", String(40)),
    Column("lease_holder", CleanText),
    Column("lease_until", Float),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("run_id", String(40)),
    Column("claimed_photo_count", Integer),
    # The day of the saved page that its last listing was read from; none where that came from the site.
    Column("saved_at", Float),
    # Digests of the visit with its listing and photos, and of the listing's evidence, as the home's folder shows them.
    Column("shown", CleanText, nullable=False, default="", server_default=""),
    one_of("outcome", OUTCOMES),
    Index("visits_by_lease", "lease_run"),
    Index("visits_by_run", "run_id"),
)

listings = Table(
    "listings",
    metadata,
    Column("property_hash", ForeignKey("homes.property_hash"), primary_key=True),
    Column("source", CleanText, primary_key=True),
    Column("url", CleanText, nullable=False),
    Column("address", CleanText, nullable=False),
    Column("ids", JSON, nullable=False),
    Column("status", CleanText, nullable=False),
    Column("listing_date", String(10)),
    Column("claimed_photo_count", Integer),
    Column("facts", JSON, nullable=False),
    Column("evidence", JsonTuple(Evidence._make), nullable=False),
    Column("refused", JsonTuple(tuple), nullable=False),
    # It shows only a part of its photos: what it does not show may be there all the same.
    Column("partial", Boolean, nullable=False, default=False, server_default="0"),
    # Counts how often the listing was recorded; photos carry the count at which they were last shown.
    Column("revision", Integer, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("run_id", String(40), nullable=False),
)

images = Table(
    "images",
    metadata,
    Column("raw_sha256", String(64), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("phash", String(16), nullable=False),
    Column("dhash", String(16), nullable=False),
    Column("hash_version", CleanText, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("original_width", Integer, nullable=False),
    Column("original_height", Integer, nullable=False),
    Column("original_format", CleanText, nullable=False),
    Column("raw_bytes", Integer, nullable=False),
    Column("raw_path", CleanText),
    Column("path", CleanText, nullable=False),
    Column("file_size_bytes", Integer, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("quality", JSON, nullable=False),
    Column("flat", Boolean, nullable=False),
    # The form it was stored in, `PNG 1024` or `JPEG 1024 85`; empty where an earlier version stored it.
    Column("made_as", CleanText, nullable=False, server_default=""),
    Column("run_id", String(40), nullable=False),
    Index("images_by_path", "path"),
    Index("images_by_content", "content_hash"),
    Index("images_by_form", "made_as"),
)

photos = Table(
    "photos",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("property_hash", ForeignKey("homes.property_hash"), nullable=False),
    Column("source", CleanText, nullable=False),
    Column("key", CleanText, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("caption", CleanText, nullable=False),
    Column("url", CleanText, nullable=False),
    Column("fallbacks", JsonTuple(str), nullable=False),
    Column("tags", JsonTuple(str), nullable=False, server_default="[]"),
    Column("state", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False, default=""),
    Column("raw_sha256", ForeignKey("images.raw_sha256")),
    Column("duplicate_of", ForeignKey("photos.id")),
    Column("duplicate_kind", CleanText, nullable=False, default=""),
    Column("distance", Integer),
    # A person wants its picture out of sight (`photo_decisions`): no view shows it, though it is stored.
    Column("hidden", Boolean, nullable=False, default=False, server_default="0"),
    Column("revision", Integer, nullable=False),
    Column("removed_at", Float),
    Column("fetched_url", CleanText, nullable=False, default=""),
    Column("etag", CleanText, nullable=False, default=""),
    Column("last_modified", CleanText, nullable=False, default=""),
    # Its picture is a smaller file than the best one that the listing names.
    Column("smaller_copy", Boolean, nullable=False, default=False, server_default="0"),
    # Its URL does not tell whether it shows the same picture still: asked once, with the validators above.
    Column("check_due", Boolean, nullable=False, default=False, server_default="0"),
    Column("http_status", Integer),
    Column("checked_at", Float),
    Column("downloaded_at", Float),
    Column("processed_at", Float),
    Column("first_run_id", String(40), nullable=False),
    Column("run_id", String(40), nullable=False),
    UniqueConstraint("property_hash", "source", "key"),
    one_of("state", PHOTO_STATES),
    Index("photos_by_image", "raw_sha256"),
    Index("photos_by_kept", "duplicate_of"),
)

file_removals = Table("file_removals", metadata, Column("path", CleanText, primary_key=True))

# What a run found of each photo at the listings that it read; one row for each, the first word stands unless the photo
# then changed or went. `new`: shown now and not before, also where it is shown again after it was gone. `unchanged`: as
# before, by its address, the page's own bytes or the source's word. `changed`: the same photo with other bytes; what it
# showed before is in `photo_versions`. `removed`: known, and a listing of an `ok` visit shows it no more. Of a visit
# that ended otherwise there is no `removed`.
changes = Table(
    "changes",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True),
    Column("change", CleanText, nullable=False),
    one_of("change", ("new", "unchanged", "changed", "removed")),
    Index("changes_by_photo", "photo_id"),
)

# The hashes of every image that is not flat, in the order in which they became known, for the index of near copies: it
# reads a million of these narrow rows in half a second, where `images` with its signatures takes six. A row stays as it
# is; an image that is hashed anew gets another. Written by the triggers below, whoever writes to `images`.
image_hashes = Table(
    "image_hashes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("raw_sha256", String(64), nullable=False),
    Column("phash", String(16), nullable=False),
    Column("dhash", String(16), nullable=False),
    Column("hash_version", CleanText, nullable=False),
    sqlite_autoincrement=True,
)

NOTE_HASHES = """INSERT INTO image_hashes (raw_sha256, phash, dhash, hash_version)
    VALUES (NEW.raw_sha256, NEW.phash, NEW.dhash, NEW.hash_version);"""

TRIGGERS = (
    ("image_hashed", "INSERT", "NOT NEW.flat"),
    (
        "image_hashed_anew",
        "UPDATE OF phash, dhash, hash_version, flat",
        "NOT NEW.flat AND (OLD.flat OR OLD.phash <> NEW.phash OR OLD.dhash <> NEW.dhash"
        " OR OLD.hash_version <> NEW.hash_version)",
    ),
)
"""Of the table `images`: name, event, condition."""

lookalikes = Table(
    "lookalikes",
    metadata,
    Column("raw_sha256", ForeignKey("images.raw_sha256"), primary_key=True),
    Column("other_sha256", ForeignKey("images.raw_sha256"), primary_key=True),
    Column("distance", Integer, nullable=False),
    Index("lookalikes_by_other", "other_sha256"),
)

# Pairs of one home's photos that may be copies of each other and stay apart: for people to judge. `measures` is a JSON
# object of what was measured (names and units in imaging).
maybe_duplicates = Table(
    "maybe_duplicates",
    metadata,
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True),
    Column("measures", JSON, nullable=False),
    Index("maybe_duplicates_by_other", "other_id"),
)

breakers = Table(
    "breakers",
    metadata,
    Column("source", CleanText, primary_key=True),
    Column("page_failures", Integer, nullable=False),
    Column("photo_failures", Integer, nullable=False),
    Column("opened_at", Float),
    Column("retry_after", Float, nullable=False),
    Column("reason", CleanText, nullable=False),
)
