"""A wrong setting is one sentence and exit code 2, whichever command it is given to, and shows no password."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.cmdline import execute

ROOT = Path(__file__).parents[3]
URL = "https://www.zillow.com/"
COMMANDS = {
    "crawl": ["zillow", "-a", "address=4732 W Davis Rd, Glendale, AZ 85306"],
    "status": [],
    "retry": [],
    "reconcile": ["--rebuild"],
    "newsource": ["x", "--host", "www.acme.example"],
    "fetch": [URL],
    "shell": [URL],
    "view": [URL],
    "parse": [URL],
    "runspider": ["no_such_spider.py"],
}
WRONG = [
    "PHX_DECODER_TIMEOUT=x",
    "PHX_MAX_RETRY_AFTER=-1",
    "PHX_BROWSER=sometimes",
    "PHX_CONCURRENT_HOMES=2.7",
    "PHX_REPLICA_URL=http://user:hunter2@host",
    "PHX_CATALOGUE_URL=mysql://user:hunter2@host/base",
    "PHX_PROXIES=ftp://user:hunter2@host:1",
    "PHX_IMAGE_FORMT=JPEG",
    "IMAGE_STORE=x",
    "DOWNLOAD_TIMEOUT=x",
    "ITEM_PIPELINES=x",
    'ADDONS={"no.such": 1}',
]


@pytest.mark.parametrize("written", WRONG)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_is_wrong_and_does_nothing(
    command: str, written: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as caught:
        execute(["scrapy", command, *COMMANDS[command], "-s", written])
    assert caught.value.code == 2
    said = capsys.readouterr()
    name = written.partition("=")[0]
    assert re.fullmatch(
        f"scrapy {command}: {name}[ ,].+: .+\n|scrapy {command}: {name} .+; did you mean .+\\?\n", said.err
    )
    assert "hunter2" not in said.err
    assert not said.out


@pytest.mark.parametrize("command", ["crawl", "fetch", "parse"])
def test_a_class_that_cannot_be_loaded_is_said_before_anything_is_made(command: str, tmp_path: Path) -> None:
    wrong = ["-s", 'ITEM_PIPELINES={"no.such": 1}', "-s", f"IMAGES_STORE={tmp_path / 'store'}"]
    line = [sys.executable, "-m", "scrapy", command, *COMMANDS[command], *wrong]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2
    assert re.fullmatch(f"scrapy {command}: ITEM_PIPELINES names 'no.such', which cannot be loaded .+\n", done.stderr)
    assert not (tmp_path / "store").exists()
