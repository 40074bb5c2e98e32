"""Whether a server that is slow with an answer is there: a refusal in its own words says so, in whatever language."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from phx_scraper.storage.catalogue.postgresql_engine import takes_connections

_TO = 'connection failed: connection to server at "127.0.0.1", port 5432 failed: '


def engine(said: str) -> Any:
    def refused(*_: Any, **_named: Any) -> None:
        raise ConnectionError(said)

    dialect = SimpleNamespace(create_connect_args=lambda _: ([], {}), connect=refused)
    return SimpleNamespace(dialect=dialect, url=make_url("postgresql://phx@127.0.0.1/phx"))


@pytest.mark.parametrize(
    ("said", "is_there"),
    [
        (_TO + "FATAL:  sorry, too many clients already", True),
        (_TO + "FATALE:  spiacente, troppi client già connessi", True),
        (_TO + "ВАЖНО:  извините, уже слишком много клиентов", True),
        (_TO + "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?", False),
        (_TO + "timeout expired", False),
        ("connection timeout expired", False),
        ('failed to resolve host "db.example": [Errno -2] Name or service not known', False),
    ],
)
def test_a_refusal_of_the_server_is_an_answer(said: str, is_there: bool) -> None:
    assert takes_connections(engine(said)) is is_there
