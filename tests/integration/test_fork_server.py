"""Commands in forks do what the same commands do in a Python of their own."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration import fork_server
from tests.integration.crawls import REPOSITORY, environment

HOME = "4700 W Davis Rd, Glendale, AZ 85306"


@pytest.mark.parametrize("words", [["list"], ["crawl", "zilow"], ["settings", "--get", "PHX_PROXIES"], ["nonsense"]])
def test_output_and_exit_code_are_the_same(words: list[str]) -> None:
    chosen = environment() | {"PHX_PROXIES": "http://127.0.0.1:9"}
    fresh = subprocess.run(
        [sys.executable, "-m", "scrapy", *words], cwd=REPOSITORY, env=chosen, capture_output=True, text=True
    )
    forked = fork_server.run(words, chosen, 120)
    assert (forked.returncode, forked.stdout, forked.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    words = ["crawl", "zillow", "-a", f"address={HOME}", "-s", f"IMAGES_STORE={tmp_path / 'store'}"]
    # Nobody takes the connection: the crawl waits for its first answer, however long this process is held up.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        words += ["-s", f"PHX_REPLICA_URL=http://127.0.0.1:{silent.getsockname()[1]}"]
        with pytest.raises(subprocess.TimeoutExpired):
            fork_server.run(words, environment(), 0.01)
