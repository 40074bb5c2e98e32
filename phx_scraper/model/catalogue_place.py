"""Where a catalogue is: an SQLite file, or a database of a PostgreSQL server."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

SCHEME = "postgresql+psycopg"


@dataclass(frozen=True, slots=True)
class CatalogueServer:
    """A database of a PostgreSQL server; as a text it is its URL without any password, which is what people see.

    Empty parts are left to libpq: its environment variables, its service and password files, its defaults. `query`
    holds libpq's own parameters (`sslmode`, `host=/run/postgresql`, …).
    """

    database: str
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port is not None else ""
        told = urlencode([(name, value) for name, value in self.query if "password" not in name.lower()], safe="/")
        return f"{SCHEME}://{user}{host}{port}/{quote(self.database, safe='')}{'?' if told else ''}{told}"


CataloguePlace = Path | CatalogueServer
