"""docs/architecture.md is true: files, names, tables, rooms and states in it are those of the code."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from phx_scraper.storage.catalogue import schema
from tests.unit.rules.product import PACKAGE, ROOT, Function, tree
from tests.unit.test_imports import ALLOWED

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:[\w-]+/)*[\w-]+\.py)(?::([\w.]+))?`", PAGE)))
LONGEST = 260
"""Lines of two printed pages and a glossary: a page that grows is read by nobody."""


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str, heading: str) -> list[list[str]]:
    """Cells of the table whose first column has this heading."""
    lines = text[text.index(f"| {heading} |") :].splitlines()[2:]
    end = next((number for number, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:end]]


def words(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@cache
def names_of(path: Path) -> frozenset[str]:
    """Functions and classes of a module, methods as `Class.method`; imported ones of a package too."""
    found = set()
    for node in tree(path).body:
        if isinstance(node, Function | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, Function)}
    return frozenset(found)


def test_it_names_enough_to_be_worth_a_test() -> None:
    assert len(NAMED) > 60


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_what_it_names_exists(path: str, name: str) -> None:
    place = next((base / path for base in (PACKAGE, ROOT) if (base / path).is_file()), None)
    assert place is not None
    assert not name or name in names_of(place)


@pytest.mark.parametrize("folder", sorted(set(re.findall(r"`((?:\w+/)+)`", PAGE))))
def test_folders_that_it_names_exist(folder: str) -> None:
    assert (PACKAGE / folder).is_dir() or folder in {"raw/", "processed/", "thumbs/", "homes/", "metadata/unread/"}


def test_rows_are_written_to_tables_that_exist() -> None:
    for walk in ("The walk of an address", "The walk of a photo"):
        for *_, written in rows(section(walk), "step"):
            for word in words(written):
                assert "/" in word or word.endswith(".json") or word in known_to_the_catalogue(), word


def known_to_the_catalogue() -> set[str]:
    columns = {column.name for table in schema.metadata.tables.values() for column in table.c}
    return {*schema.metadata.tables, *columns, *visit_outcomes(), *photo_states()}


def allowed_values(table: str, column: str) -> set[str]:
    """What the schema lets stand in a column."""
    text = next(
        str(rule.sqltext)  # type: ignore[attr-defined]
        for rule in schema.metadata.tables[table].constraints
        if rule.name == f"{column}_known"
    )
    return set(re.findall(r"'(\w+)'", text))


def visit_outcomes() -> set[str]:
    return allowed_values("visits", "outcome")


def photo_states() -> set[str]:
    return allowed_values("photos", "state")


def test_the_states_of_a_visit_are_those_of_the_schema() -> None:
    named = [words(row[0])[0] for row in rows(section("States of a visit"), "outcome")]
    assert len(named) == len(set(named))
    assert set(named) == visit_outcomes()


def test_the_marks_of_a_visit_are_columns() -> None:
    named = {word for row in rows(section("States of a visit"), "mark of a visit") for word in words(row[0])}
    assert named
    assert named <= {column.name for column in schema.visits.c}


def test_the_states_of_a_photo_are_those_of_the_schema() -> None:
    named = [words(row[0])[0] for row in rows(section("States of a photo"), "state")]
    assert len(named) == len(set(named))
    assert set(named) == photo_states()


def house() -> dict[str, set[str]]:
    """Each room, its folders taken together, and the rooms that it may import."""
    found: dict[str, set[str]] = {}
    for folder, allowed in ALLOWED.items():
        room = folder.partition(".")[0]
        found.setdefault(room, set()).update(other.partition(".")[0] for other in allowed)
    return {room: allowed - {room} for room, allowed in found.items()}


def floors() -> dict[str, int]:
    return {room: int(row[0]) for row in rows(section("Rooms"), "floor") for room in words(row[1])}


def test_the_rooms_are_those_of_the_import_rule() -> None:
    named = [room for row in rows(section("Rooms"), "floor") for room in words(row[1])]
    assert sorted(named) == sorted(house())


def test_what_a_room_may_import_is_what_the_import_rule_says() -> None:
    """A difference is mended by the line that this shows."""
    for row in rows(section("Rooms"), "floor"):
        for room in words(row[1]):
            right = ", ".join(f"`{other}`" for other in sorted(house()[room])) or "nothing"
            assert row[3] == right, room
            assert "TODO" not in row[2], room


def test_a_room_stands_above_all_that_it_imports() -> None:
    floor = floors()
    for room, allowed in house().items():
        assert all(floor[other] < floor[room] for other in allowed), room
    assert list(floor.values()) == sorted(floor.values())


def test_every_role_is_a_room() -> None:
    roles = rows(section("Who may do what"), "role")
    assert len(roles) >= 10
    for role, *_ in roles:
        assert (PACKAGE / words(role)[0]).is_dir(), role


def test_no_word_of_the_glossary_is_explained_twice() -> None:
    explained = [row[0] for row in rows(section("Glossary"), "word")]
    assert len(explained) == len(set(explained)) > 20


def test_it_stays_short() -> None:
    assert len(PAGE.splitlines()) < LONGEST
