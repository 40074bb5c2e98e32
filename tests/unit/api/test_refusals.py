"""Refusals in a loop: a line for the first of a minute, a number for the others, and none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.model.api_key import AuditLine
from phx_scraper.service.api_keys import NewKey
from tests.api_server import HAS_API, JOBS, WHY_NOT, Api, running_api

pytestmark = pytest.mark.skipif(not HAS_API, reason=WHY_NOT)


def line(client: str, action: str = "refused", key_id: str = "k") -> AuditLine:
    return AuditLine(1.0, key_id, client, action, "/x", 403)


def test_the_first_is_noted_and_the_others_are_counted() -> None:
    from phx_scraper.api.refusals import Refusals

    now = [0.0]
    found = Refusals(lambda: now[0])
    assert [found.is_first(line("a")) for _ in range(5)] == [True] + [False] * 4
    assert found.is_first(line("b"))
    assert found.is_first(line("a", "wrong key"))
    assert found.is_first(line("a", key_id="other"))
    now[0] = 59.0
    assert found.take() == []
    now[0] = 60.0
    assert [(one.client, one.subject) for one in found.take()] == [("a", "4 more within a minute")]
    assert found.take() == []
    assert found.is_first(line("a"))
    assert not found.is_first(line("a"))
    assert [one.subject for one in found.take(is_end=True)] == ["1 more within a minute"]


def test_of_very_many_kinds_those_beyond_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    from phx_scraper.api import refusals

    monkeypatch.setattr(refusals, "MOST_KINDS", 3)
    found = refusals.Refusals(lambda: 0.0)
    assert [found.is_first(line(str(number))) for number in range(10)] == [True] * 3 + [False] * 7
    assert [(one.client, one.subject) for one in found.take(is_end=True)] == [("", "7 more within a minute")]


def test_what_a_key_is_refused_in_a_loop(tmp_path: Path) -> None:
    with running_api(tmp_path) as api:
        _, reader = api.new_key(NewKey("reader", ["read"]))
        for _ in range(5):
            assert api.ask("POST", JOBS, {"addresses": ["x"]}, key=reader).status == 403
            assert api.ask("POST", f"{JOBS}/{'0' * 16}/cancel").status == 404
        for _ in range(3):
            assert api.ask("GET", JOBS, key="phx_0_wrong").status == 401
        assert [one for one in api.audit() if one[2] >= 400] == [
            ("refused", JOBS, 403),
            ("cancel refused", "0" * 16, 404),
            ("wrong key", "", 401),
        ]
        _end(api)
        assert sorted(one for one in api.audit() if "more" in one[1]) == [
            ("cancel refused", "4 more within a minute", 404),
            ("refused", "4 more within a minute", 403),
            ("wrong key", "2 more within a minute", 401),
        ]


def _end(api: Api) -> None:
    """What is done when the API is over, without the catalogue being closed."""
    from phx_scraper.api.authentication import note_counted

    note_counted(api.context, is_end=True)


def test_what_could_not_be_written_is_told_again() -> None:
    from phx_scraper.api.refusals import Refusals

    found = Refusals(lambda: 0.0)
    found.is_first(line("a"))
    found.is_first(line("a"))
    taken = found.take(is_end=True)
    found.give_back(taken)
    assert (found.take(), found.take()) == (taken, [])
