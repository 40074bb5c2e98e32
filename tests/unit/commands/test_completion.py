"""The script of `scrapy completion bash` in a real bash; those of other shells are looked at for the same words."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.cmdline import execute

ASK = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
complete=$(complete -p scrapy | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
$complete scrapy "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str, *more: str) -> tuple[int | str | None, str]:
    """Exit code and standard output of the command."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told), pytest.raises(SystemExit) as caught:
        execute(["scrapy", "completion", shell, *more])
    return caught.value.code, told.getvalue()


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "scrapy.bash"
    path.write_text(script("bash")[1], encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["sta"], {"status", "startproject"}),
        (["crawl", "zil"], {"zillow"}),
        (["crawl", "zillow", "--logf"], {"--logfile"}),
        (["crawl", "zillow", "-a", "addresses"], {"addresses="}),
        (["crawl", "zillow", "-a", "addresses", "="], {"homes.csv"}),
        (["crawl", "zillow", "-a", "addresses", "=", "hom"], {"homes.csv"}),
        (["crawl", "zillow", "-s", "PHX_JPEG"], {"PHX_JPEG_QUALITY="}),
        (["export", "--format", "js"], {"json", "jsonl"}),
        (["export", "--homes", "ho"], {"homes.csv"}),
        (["retry", "--sources", "red"], {"redfin"}),
        (["status", "ho"], {"homes.csv"}),
        (["completion", "f"], {"fish"}),
    ],
    # Workers of one run must agree on the names of tests: a set's own order differs from process to process.
    ids=lambda value: " ".join(sorted(value) if isinstance(value, set) else value),
)
def test_bash_completes(bash: Path, words: list[str], found: set[str], tmp_path: Path) -> None:
    (tmp_path / "homes.csv").touch()
    line = [shutil.which("bash") or "bash", "-c", ASK, "bash", str(bash), "scrapy", *words]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert set(done.stdout.split()) == found, done.stderr


@pytest.mark.parametrize(("shell", "first"), [("zsh", "#compdef scrapy\n"), ("fish", "")])
def test_other_shells_have_the_same_words(shell: str, first: str) -> None:
    code, text = script(shell)
    assert code == 0
    assert text.startswith(first)
    for word in ("reconcile", "PHX_JPEG_QUALITY=", "phoenix_mls", "read-data", "addresses="):
        assert word in text, word
    if there := shutil.which(shell):
        checked = subprocess.run([there, "-n"], input=text, capture_output=True, text=True, check=False, timeout=300)
        assert checked.returncode == 0, checked.stderr


def test_an_unknown_shell_has_the_nearest_one() -> None:
    code, told = script("bsh", "--json")
    assert code == 2
    said = "there is no completion for bsh; did you mean bash? Known are bash, zsh, fish"
    assert json.loads(told)["error"]["message"] == said


def test_the_program_is_the_one_that_was_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/phx-scraper"])
    told = json.loads(script("fish", "--json")[1])
    assert (told["program"], told["shell"]) == ("phx-scraper", "fish")
    assert "complete -c phx-scraper" in told["script"]
