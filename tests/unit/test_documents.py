"""README and docs are true: settings, delays, arguments, reasons, keys and links in them are those of the code."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper import errors
from phx_scraper import settings as project
from phx_scraper.config.fields import FIELDS
from phx_scraper.config.reading import read_config
from phx_scraper.model import outcome
from phx_scraper.model.photo_reason_texts import PHOTOS
from phx_scraper.model.reason_texts import VISITS, explanation_of
from phx_scraper.model.reasons import TABLE
from phx_scraper.run.arguments import ARGUMENTS
from phx_scraper.run.error_outcomes import outcome_of
from phx_scraper.sources import SOURCES
from phx_scraper.spiders.visit_steps import VisitSteps

ROOT = Path(__file__).parents[2]
COMING_TARGETS = {"test-fast"}
"""Of make, which come with this change; to be emptied."""
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
OUTCOMES = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")


def table(text: str, heading: str) -> Iterator[list[str]]:
    """Rows of the table whose first column has this heading."""
    start = text.index(f"| {heading} |")
    for line in text[start:].splitlines()[2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def code_words(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def settings_and_defaults() -> Iterator[tuple[str, str]]:
    for names, defaults, _ in table(README, "setting"):
        values = [value.strip(" `") for value in defaults.split(",")]
        yield from zip(code_words(names), values, strict=True)


@pytest.mark.parametrize(("name", "default"), list(settings_and_defaults()))
def test_the_settings_of_the_readme_have_the_stated_defaults(name: str, default: str) -> None:
    value = getattr(project, name)
    assert default.partition(" ")[0] == ("empty" if value == "" else str(value))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_that_a_document_names_exists(path: Path) -> None:
    elsewhere = {"PHX_CAPTURES", "PHX_FOO", "PHX_IMAGE_FORMT"}
    named = set(re.findall(r"\bPHX_[A-Z_]+\b", path.read_text(encoding="utf-8")))
    assert named - elsewhere - FIELDS.keys() == set()


def test_the_arguments_of_the_readme_are_those_of_the_spiders() -> None:
    assert {word.partition("=")[0] for row in table(README, "argument") for word in code_words(row[0])} == set(
        ARGUMENTS
    )


def pace(own: float, at_once: int = 1) -> str:
    usual = read_config({})
    shortest = max(own, usual.min_delay)
    longest = shortest + usual.max_delay - usual.min_delay
    return f"{shortest:g} to {longest:g} s apart" + (f", {at_once} at once" if at_once > 1 else "")


def test_the_manners_of_the_readme_are_those_of_the_sources() -> None:
    stated = {name.lower().replace(" ", "_"): rest for name, *rest in table(README, "source")}
    assert stated == {
        name: [
            pace(source.page_delay),
            pace(source.photo_delay, source.photo_concurrency),
            source.robots,
            source.refusal,
        ]
        for name, source in SOURCES.items()
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = [link.partition("#") for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [target for target, _, _ in links if target and not (path.parent / target).exists()] == []
    for target, _, anchor in links:
        there = (path.parent / target if target else path).read_text(encoding="utf-8") if anchor else ""
        titles = [
            re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
            for line in there.splitlines()
            if line[:1] == "#"
        ]
        assert not anchor or anchor in titles, f"{target}#{anchor}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_exist(path: Path) -> None:
    """As a path of the repository or, for modules, below the package."""
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|sh|conf))`", text)
    named += re.findall(r"`(data/[\w./-]+\.csv)`", text)
    there = (ROOT, ROOT / "phx_scraper", ROOT / "docs")
    assert [name for name in named if not any((base / name).exists() for base in there) and "acme" not in name] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_make_knows_what_a_document_asks_of_it(path: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([\w-]+)", path.read_text(encoding="utf-8")))
    assert named - targets - COMING_TARGETS == set()


def test_the_steps_that_a_new_source_is_told_of_exist() -> None:
    text = (ROOT / "docs" / "adding-a-source.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bsteps\.(\w+)", text)) - {"py"}
    assert len(named) > 4
    assert {name for name in named if not hasattr(VisitSteps, name)} == set()


def raised_reasons() -> set[str]:
    """The reasons that code writes down, of visits and photos, as it raises or returns them."""
    kinds = {"Refused", "NotFound", "BadPhoto", "Outcome"}
    found = set()
    for path in (ROOT / "phx_scraper").rglob("*.py"):
        if path.relative_to(ROOT).parts[1] in {"replica", "commands", "extensions"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in kinds and node.args:
                words = node.args[1:2] if node.func.id == "Outcome" else node.args[:1]  # type: ignore[attr-defined]
                found |= {word.value for word in words if isinstance(word, ast.Constant) and word.value}
    return found


def is_explained(reason: str) -> bool:
    return any(explanation_of(reason, table) for table in (VISITS, PHOTOS))


def test_every_reason_is_explained() -> None:
    reasons = raised_reasons()
    assert len(reasons) > 20
    assert sorted(reason for reason in reasons if not is_explained(reason)) == []


def test_every_reason_of_the_table_is_explained() -> None:
    assert [rule.name for rule in TABLE if not is_explained(rule.name.rstrip("*"))] == []


def texts_in(node: ast.AST | None) -> set[str]:
    inner = ast.walk(node) if node else ()
    return {one.value for one in inner if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value}


def test_every_refusal_is_explained_as_one() -> None:
    """Those that are recognised in pages: what functions return, and what tables of signs lead to."""
    reasons: set[str] = set()
    for name in ("refusals.py", "block_pages.py"):
        for node in ast.walk(ast.parse((ROOT / "phx_scraper" / "pages" / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant | ast.IfExp):
                shown = (node.value.body, node.value.orelse) if isinstance(node.value, ast.IfExp) else (node.value,)
                reasons |= {text for part in shown if isinstance(part, ast.Constant) for text in texts_in(part)}
            if isinstance(node, ast.Dict):
                reasons |= {text for part in node.values if isinstance(part, ast.Constant) for text in texts_in(part)}
    assert {"captcha", "login", "html_instead_of_json", "empty"} <= reasons
    rows = {reason: explanation_of(reason, VISITS) for reason in reasons}
    assert [reason for reason, row in rows.items() if row is None or "blocked" not in row.outcomes] == []


def test_what_a_failing_disk_or_catalogue_gives_as_a_reason_is_explained() -> None:
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.StorageError)]
    assert [kind for kind in kinds if not is_explained(outcome_of(kind("why")).reason)] == []


def test_the_page_of_reasons_is_made_from_their_texts() -> None:
    spec = importlib.util.spec_from_file_location("document_reasons", ROOT / "scripts" / "document_reasons.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.page() == OUTCOMES, "run python scripts/document_reasons.py"


def test_every_outcome_and_status_is_explained() -> None:
    assert {row[0].strip("`") for row in table(OUTCOMES, "outcome")} == set(outcome.OUTCOMES)
    statuses = set()
    for path in (ROOT / "phx_scraper" / "pages").rglob("facts.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and "STATUSES" in ast.unparse(node.targets[0]):
                statuses |= {value.value for value in node.value.values}  # type: ignore[attr-defined]
    assert statuses
    assert statuses - set(code_words(OUTCOMES)) == set()


def test_the_keys_of_expected_json_are_explained() -> None:
    text = (ROOT / "docs" / "adding-a-source.md").read_text(encoding="utf-8")
    explained_keys = {key for row in table(text, "key") for key in code_words(row[0])}
    cases = [
        json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "tests/fixtures").glob("*/*/expected.json")
    ]
    used = {key for case in cases for key in case}
    assert used - explained_keys - {"total"} == set()
    inside = {key for case in cases for key in case.get("listing", {})}
    assert inside - set(code_words(text)) == set()


def test_the_demo_says_what_is_planted() -> None:
    spec = importlib.util.spec_from_file_location("demo", ROOT / "scripts" / "demo.py")
    assert spec
    assert spec.loader
    demo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(demo)
    said = demo.planted(demo.Options(kinds=frozenset({"blocked", "photo_html"}), only=("blocked",)))
    assert "16 visits that end as blocked" in said
    assert "0 broken pictures" in said


def test_the_set_up_says_nothing_that_is_no_trouble() -> None:
    text = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    (editable,) = [line for line in text.splitlines() if line.endswith(" -e .")]
    assert editable.count("--quiet") == 2
