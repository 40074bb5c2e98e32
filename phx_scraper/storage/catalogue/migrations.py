"""The catalogue's schema brought up to date on opening; the old file is kept beside the new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import Connection, Table, inspect, literal_column, select, update

from phx_scraper.errors import CatalogueError
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.storage.catalogue import identities, listing_history, run_details, schema, sql_views
from phx_scraper.storage.catalogue.any_database import AnyDatabase
from phx_scraper.storage.catalogue.category_tables import CATEGORY_TABLES
from phx_scraper.storage.catalogue.decision_tables import DECISION_TABLES, decisions_across
from phx_scraper.storage.catalogue.history_tables import HISTORY_TABLES
from phx_scraper.storage.catalogue.job_tables import JOB_TABLES
from phx_scraper.storage.catalogue.key_tables import KEY_TABLES, api_audit
from phx_scraper.storage.catalogue.removal_tables import REMOVAL_TABLES
from phx_scraper.storage.catalogue.request_tables import REQUEST_TABLES, request_intervals, step_counts
from phx_scraper.storage.catalogue.revisit_tables import REVISIT_TABLES
from phx_scraper.storage.catalogue.sql_dialects import column_type, make_append_only, make_triggers

Step = Callable[[Connection], None]


def _add_breakers(connection: Connection) -> None:
    """Schema 2 remembers which sources are left alone, and which pictures of different homes look alike."""
    schema.breakers.create(connection)
    # Catalogues of schema 1 that were made while the table was being added have it.
    schema.lookalikes.create(connection, checkfirst=True)


def _add_image_hashes(connection: Connection) -> None:
    """Schema 3 keeps the hashes of images apart, in the order in which they became known."""
    schema.image_hashes.create(connection)
    make_triggers(connection, schema.TRIGGERS, schema.NOTE_HASHES, schema.images.name)
    images, columns = schema.images, ("raw_sha256", "phash", "dhash", "hash_version")
    known = select(*(images.c[name] for name in columns)).where(~images.c.flat).order_by(literal_column("rowid"))
    connection.execute(schema.image_hashes.insert().from_select(columns, known))


def _add_details(connection: Connection) -> None:
    """Schema 4 keeps what a person wants to know of an ending, and pairs that may be copies."""
    _add_column(connection, schema.visits, "detail", "TEXT NOT NULL DEFAULT ''")
    schema.maybe_duplicates.create(connection, checkfirst=True)


def _add_identities(connection: Connection) -> None:
    """Schema 5 knows homes by what they are and not by their label."""
    homes = schema.homes
    for name in ("identity", "street_key"):
        _add_column(connection, homes, name, "TEXT NOT NULL DEFAULT ''")
    for index in homes.indexes:
        index.drop(connection, checkfirst=True)
    identities.fill(connection)
    for index in homes.indexes:
        index.create(connection)


def _add_tags(connection: Connection) -> None:
    """Schema 6 keeps the tags that a source gives a photo; they come as listings are read again."""
    _add_column(connection, schema.photos, "tags", "JSON NOT NULL DEFAULT '[]'")


def _add_column(connection: Connection, table: Table, column: str, kind: str) -> None:
    """Unless it is there: catalogues of early schemas in tests are made from today's tables."""
    if not any(known["name"] == column for known in inspect(connection).get_columns(table.name)):
        told = column_type(connection, table.c[column], kind)
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column} {told}")


def _add_saved_pages(connection: Connection) -> None:
    """Schema 7 knows listings of which a saved page shows a part only, and pictures that are smaller copies."""
    for table, column, kind in (
        (schema.visits, "saved_at", "FLOAT"),
        (schema.listings, "partial", "BOOLEAN NOT NULL DEFAULT 0"),
        (schema.photos, "smaller_copy", "BOOLEAN NOT NULL DEFAULT 0"),
    ):
        _add_column(connection, table, column, kind)


def _add_request_counts(connection: Connection) -> None:
    """Schema 8 knows what became of each run's requests, and each refusal that was met."""
    for table in REQUEST_TABLES:
        table.create(connection, checkfirst=True)


def _add_revisits(connection: Connection) -> None:
    """Schema 9 asks whether known photos have changed, keeps what they showed before, and flags homes for people."""
    _add_column(connection, schema.photos, "check_due", "BOOLEAN NOT NULL DEFAULT 0")
    for table in REVISIT_TABLES:
        table.create(connection, checkfirst=True)


def _add_history(connection: Connection) -> None:
    """Schema 10 knows listings as they were, homes and endings of each run, and what its requests brought."""
    for table in HISTORY_TABLES:
        table.create(connection, checkfirst=True)
    for table, column, kind in (
        (step_counts, "bytes", "INTEGER NOT NULL DEFAULT 0"),
        (step_counts, "seconds", "FLOAT NOT NULL DEFAULT 0"),
        (schema.photos, "http_status", "INTEGER"),
    ):
        _add_column(connection, table, column, kind)
    listing_history.fill(connection)
    run_details.fill(connection)


def _add_views(connection: Connection) -> None:
    """Schema 11 has views for people's own SQL, which are made after the last step."""


def _add_forms(connection: Connection) -> None:
    """Schema 12 knows how each picture was made, and whether a home's folder has the originals too."""
    _add_column(connection, schema.images, "made_as", "TEXT NOT NULL DEFAULT ''")
    _add_column(connection, schema.homes, "originals", "BOOLEAN NOT NULL DEFAULT 0")
    connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS images_by_form ON images (made_as)")


def _add_digests(connection: Connection) -> None:
    """Schema 13 remembers which pictures were compared and what folders show, so that it is not done again."""
    for table, column in ((schema.homes, "compared"), (schema.visits, "shown")):
        _add_column(connection, table, column, "TEXT NOT NULL DEFAULT ''")


def _add_decisions(connection: Connection) -> None:
    """Schema 14 keeps what people decide about pictures: which are copies, and which are not to be shown."""
    _add_column(connection, schema.photos, "hidden", "BOOLEAN NOT NULL DEFAULT 0")
    for table in DECISION_TABLES:
        table.create(connection, checkfirst=True)


def _add_categories(connection: Connection) -> None:
    """Schema 15 knows what each picture shows; the next visit or `scrapy categorise` says it."""
    for table in CATEGORY_TABLES:
        table.create(connection, checkfirst=True)


def _add_request_intervals(connection: Connection) -> None:
    """Schema 16 knows the rhythm of each run's requests; of earlier runs nobody noted it."""
    request_intervals.create(connection, checkfirst=True)


def _add_jobs(connection: Connection) -> None:
    """Schema 17 has jobs: lists of homes that workers share."""
    for table in JOB_TABLES:
        table.create(connection, checkfirst=True)


def _add_decisions_across(connection: Connection) -> None:
    """Schema 18 keeps what people decide about pictures of two homes."""
    decisions_across.create(connection, checkfirst=True)


def _add_keys(connection: Connection) -> None:
    """Schema 19 has the keys of the API, and what was done with them."""
    for table in KEY_TABLES:
        table.create(connection, checkfirst=True)
    make_append_only(connection, api_audit.name)
    connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS images_by_content ON images (content_hash)")


def _add_removals(connection: Connection) -> None:
    """Schema 20 knows which files are being removed, so that nobody waits for it under the write lock."""
    for table in REMOVAL_TABLES:
        table.create(connection, checkfirst=True)


STEPS: Mapping[int, Step] = MappingProxyType(
    {
        1: _add_breakers,
        2: _add_image_hashes,
        3: _add_details,
        4: _add_identities,
        5: _add_tags,
        6: _add_saved_pages,
        7: _add_request_counts,
        8: _add_revisits,
        9: _add_history,
        10: _add_views,
        11: _add_forms,
        12: _add_digests,
        13: _add_decisions,
        14: _add_categories,
        15: _add_request_intervals,
        16: _add_jobs,
        17: _add_decisions_across,
        18: _add_keys,
        19: _add_removals,
    }
)
"""Step n turns schema n into schema n + 1, inside one transaction with all the others."""

VERSION_KEY = "schema_version"
"""Of the table `meta`: the number of the schema."""


def prepare(database: AnyDatabase, steps: Mapping[int, Step] = STEPS, target: int = schema.SCHEMA_VERSION) -> None:
    """Create or migrate the tables. Raises CatalogueError for a newer schema and for a file that is no catalogue."""
    with database.read() as connection:
        if _version(connection, database.place) == target:
            return
    with database.write() as connection:
        version = _version(connection, database.place)
        if version is None:
            _create(connection, target)
        elif version > target:
            raise CatalogueError(
                f"The catalogue {database.place} was written by a newer phx_scraper (schema {version}, this one knows"
                f" {target}): install that version, or use another data folder."
            )
        elif version < target:
            database.back_up(version)
            sql_views.drop(connection)
            for number in range(version, target):
                steps[number](connection)
            sql_views.make(connection)
            connection.execute(update(schema.meta).where(schema.meta.c.key == VERSION_KEY).values(value=str(target)))


def is_made(database: AnyDatabase) -> bool:
    """Whether there are any tables. Raises CatalogueError for a database that is no catalogue."""
    with database.read() as connection:
        return _version(connection, database.place) is not None


def is_current(database: AnyDatabase) -> bool:
    """Whether the tables are those of this version. Raises CatalogueError for a file that is no catalogue."""
    with database.read() as connection:
        return _version(connection, database.place) == schema.SCHEMA_VERSION


def _create(connection: Connection, version: int) -> None:
    schema.metadata.create_all(connection, checkfirst=False)
    make_triggers(connection, schema.TRIGGERS, schema.NOTE_HASHES, schema.images.name)
    make_append_only(connection, api_audit.name)
    sql_views.make(connection)
    connection.execute(schema.meta.insert().values(key=VERSION_KEY, value=str(version)))


def _version(connection: Connection, place: CataloguePlace) -> int | None:
    """The schema number of the database, None for an empty one."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if schema.meta.name in tables:
        value = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == VERSION_KEY)).scalar()
        if isinstance(value, str) and value.isdigit():
            return int(value)
    raise CatalogueError(f"{place} is a database, but no catalogue of phx_scraper: it is left as it is.")
