"""What stands in an entry of the queue, which whoever reaches Redis can write: one function, three values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

rq_job = pytest.importorskip("rq.job", reason="rq is needed: pip install 'phx-scraper[service]'")

from redis import Redis  # noqa: E402
from rq.serializers import JSONSerializer  # noqa: E402

from phx_scraper.service.carry_out import carry_out  # noqa: E402
from phx_scraper.service.queue_entries import CARRY_OUT, EntryJob  # noqa: E402


def entry(name: str, values: Any, named: Mapping[str, Any] | None = None) -> EntryJob:
    made = EntryJob.create(name, values, named, connection=Redis(), serializer=JSONSerializer)
    assert isinstance(made, EntryJob)
    return made


def test_an_entry_names_a_slice() -> None:
    assert entry(CARRY_OUT, ["0b0278e78201ea74", 1, 0]).func is carry_out


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ([], {}),
        (["j"], {}),
        (["j", "zz", 0], {}),
        (["j", 1, [1]], {}),
        ([{"a": 1}, 1, 1], {}),
        (["j", 1, True], {}),
        (["j", 10**30, 0], {}),
        (["j", 1, -1], {}),
        (["a\0", 1, 0], {}),
        (["a\ud800", 1, 0], {}),
        (["", 1, 0], {}),
        (["j", 1, 0], {"more": 1}),
    ],
)
def test_one_that_names_none_is_refused_in_a_sentence(values: Any, named: Mapping[str, Any]) -> None:
    with pytest.raises(PermissionError, match="names no slice of a job"):
        _ = entry(CARRY_OUT, values, named).func


def test_another_function_is_refused() -> None:
    with pytest.raises(PermissionError, match="which workers do not run"):
        _ = entry("os.system", ["true"]).func
