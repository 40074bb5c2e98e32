"""docs/commands.md: its examples run in their order as they stand, and its tables are those of the commands."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.commands.error_report import CODES
from phx_scraper.replica import Options, Replica, running
from scripts.document_commands import PAGE, documented, with_tables
from tests.integration import fork_server
from tests.integration.crawls import REPOSITORY, environment

TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = [line for block in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.M | re.S) for line in block.splitlines()]
(LIST,) = re.findall(r"^```csv\n(.*?)^```$", TEXT, re.M | re.S)


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(1, 2), width=384, kinds=frozenset())) as server:
        yield server


def run(line: str, folder: Path, replica: Replica) -> tuple[int, str]:
    """Exit code and output of one example; `> FILE` and `| READER` are all that it needs of a shell."""
    words = shlex.split(line, comments=True)
    if words[0] == "mkdir":
        (folder / words[-1]).mkdir()
        return 0, ""
    target, reader = (words.index(sign) if sign in words else len(words) for sign in (">", "|"))
    settings = {"PHX_REPLICA_URL": replica.url, "PHX_DELAY_SCALE": "0", "PHX_IMAGE_WORKERS": "1"}
    done = fork_server.run(words[1 : min(target, reader)], {**environment(), **settings}, 120, folder)
    if target < len(words):
        (folder / words[target + 1]).write_text(done.stdout, encoding="utf-8")
    if "--json" in words:
        assert isinstance(json.loads(done.stdout), dict), line
    return done.returncode, done.stdout + done.stderr


def expected(line: str) -> tuple[set[int], list[str]]:
    """The exit codes that an example announces, and the parts of the sentence that it quotes."""
    said = re.search(r"# exit code ([\d or]+)(?:: (.+))?$", line)
    if said is None:
        return {0}, []
    return {int(code) for code in said[1].split(" or ")}, (said[2] or "").split("…")


def test_the_examples_run_as_they_stand(tmp_path: Path, replica: Replica) -> None:
    for name in ("scrapy.cfg", "phx_scraper"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    (tmp_path / "homes.csv").write_text(LIST, encoding="utf-8")
    for line in EXAMPLES:
        code, output = run(line, tmp_path, replica)
        codes, quoted = expected(line)
        assert code in codes, f"{line}\n{output}"
        assert all(part in output for part in quoted), f"{line}\n{output}"
        assert "Traceback" not in output, line
    written = {str(path.relative_to(tmp_path)) for path in (tmp_path / "export").iterdir()}
    assert written == {"export/photos.csv", "export/photos.jsonl", "export/pictures"}


def test_its_tables_are_those_of_the_commands() -> None:
    assert with_tables(TEXT) == TEXT, "run python scripts/document_commands.py"


@pytest.mark.parametrize("name", documented())
def test_every_command_has_a_section_with_its_options_and_an_example(name: str) -> None:
    assert f"\n## {name}\n" in TEXT
    assert f"<!-- options of {name} -->\n`scrapy {name} " in TEXT
    assert f"[{name}](#{name})" in TEXT
    assert f"\nscrapy {name}" in TEXT or name == "newsource"


def test_every_code_of_an_error_is_explained() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d) \|", TEXT, re.M))
    assert rows == {code: str(number) for code, (_, number) in CODES.items()}
