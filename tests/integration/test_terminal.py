"""Console output: on terminals of several sizes, at Ctrl-C, on reruns, and none under cron."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import REPOSITORY, command, crawl, environment, held_at, rows, start
from tests.moments import MOMENT

HOMES = "4700 W Davis Rd, Glendale, AZ 85306; 4732 W Davis Rd, Glendale, AZ 85306; 4560 E Sunrise Dr, Phoenix, AZ 85044"
HOME = "4700 W Davis Rd, Glendale, AZ 85306"


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(3, 3), kinds=frozenset(), width=384)) as server:
        yield server


def on_terminal(line: list[str], rows: int, columns: int, **more: str) -> str:
    """A command's output on a terminal of this size, without escape sequences."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn_on_terminal(line, rows, columns, **more))


def drawn_on_terminal(line: list[str], rows: int, columns: int, **more: str) -> str:
    """A command's output on a terminal of this size, as it is sent there."""
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    variables = {name: value for name, value in environment().items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    with subprocess.Popen(
        line, cwd=REPOSITORY, env=variables | {"TERM": "xterm-256color"} | more, stdin=its, stdout=its, stderr=its
    ) as process:
        os.close(its)
        drawn = b""
        while True:
            try:
                data = os.read(mine, 65536)
            except OSError:
                break
            drawn += data
        process.wait(180)
    os.close(mine)
    return drawn.decode()


@pytest.mark.parametrize(("height", "width"), [(24, 80), (24, 30), (50, 200)])
def test_bar_and_count_stay_visible_with_a_blocked_source(height: int, width: int, tmp_path: Path) -> None:
    with running(
        Options(photos=(3, 3), kinds=frozenset(), width=384, refuse=(("zillow", 2),), latency=150)
    ) as refusing:
        settings = {"PHX_BREAKER_FAILURES": 1, "PHX_BREAKER_MAX_WAIT": 0}
        line = command("all", tmp_path / "store", refusing.url, {"address": HOMES}, settings)
        text = on_terminal(line, height, width)
    lines = re.split(r"[\r\n]+", text)
    bars = [line for line in lines if re.search("[━─]{5}", line) and re.search(r"\d+/12", line)]
    assert len(bars) > 3, text
    assert all(len(line) <= width for line in bars)
    # A row for each source where there is room, else a line for those that are left alone.
    shown = rf"  zillow +[━─]+ +\d/3  left alone until {MOMENT}$"
    left_alone = shown if width >= 80 else "zillow is left alone until"
    assert any(re.match(left_alone, line) for line in lines), text
    assert "12 visits" in "".join(bars)


def test_ctrl_c_is_explained_in_words(replica: Replica, tmp_path: Path) -> None:
    replica.reset()
    with held_at(replica, 1, "") as in_its_midst:
        process = start("all", tmp_path / "store", replica.url, {"PHX_DELAY_SCALE": 1}, address=HOMES)
        in_its_midst()
        process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=180)[0].decode()
    assert process.returncode == 3, output
    assert re.search("Run [0-9a-f]{8} of all: stopped by Ctrl-C or a signal", output)
    assert "run the same command again" in output


def test_what_dry_runs_force_and_reruns_say_first_and_of_news(replica: Replica, tmp_path: Path) -> None:
    def said(**arguments: object) -> tuple[str, str]:
        output = crawl("redfin", tmp_path / "store", replica.url, address=HOME, **arguments).output
        return output.splitlines()[0], " ".join(output.split())

    first, whole = said()
    assert first.endswith("nothing of them is known yet.")
    assert "ince last time" not in whole
    assert "100% of 1 visit (a home at a source each) got a clear answer." in whole
    first, whole = said()
    assert first.startswith("Continuing: 1 of 1 visit is done, 0 due now;")
    assert "Nothing new since last time: no visit was due (-a refresh_days=0 looks at all of them again)." in whole
    first, whole = said(refresh_days=0)
    assert first.startswith("Continuing: 1 of 1 visit is done, 1 due now;")
    assert "Nothing new since last time: 1 visit looked at, no photo more or less." in whole
    for arguments, word in (({"force": 1}, "force=1"), ({"dry_run": 1}, "Dry run"), ({"fresh": 1}, "fresh=1")):
        first, _ = said(**arguments)
        assert word in first
        assert "nothing of them is known" not in first


def test_a_dry_run_lists_photos_and_their_number_per_home(replica: Replica, tmp_path: Path) -> None:
    done = crawl("redfin", tmp_path / "store", replica.url, address=HOMES, dry_run=1)
    listed = [line for line in done.output.splitlines() if line.startswith("  ") and "https://" in line]
    assert len(listed) == 9
    assert done.output.count("ok (dry_run: 3 photos)") == 3
    assert not (tmp_path / "store").exists()


def test_news_since_the_last_run_is_reported(replica: Replica, tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert "ince last time" not in crawl("redfin", store, replica.url, address=HOME).output
    key = rows(store, "SELECT key FROM photos WHERE position = 3")[0][0]
    other = Options(photos=(5, 5), kinds=frozenset(), width=384)
    with running(other) as grown:
        again = crawl("redfin", store, grown.url, address=HOME, refresh_days=0)
    known = [one for (one,) in rows(store, "SELECT key FROM photos WHERE removed_at IS NULL")]
    gone = [one for (one,) in rows(store, "SELECT key FROM photos WHERE removed_at IS NOT NULL")]
    assert len(known) == 5
    new = 5 - (3 - len(gone))
    assert key in {*known, *gone}
    assert f"Since last time: {new} new photo" in again.output
    assert (f"{len(gone)} photo" in again.output) == bool(gone)


@pytest.mark.parametrize(("more", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_the_level_of_a_line_is_in_colour_on_a_terminal(
    replica: Replica, tmp_path: Path, more: dict[str, str], is_coloured: bool
) -> None:
    line = command("redfin", tmp_path / "store", replica.url, {"address": HOME}, {"LOG_LEVEL": "DEBUG"})
    [stored, *_] = [found for found in drawn_on_terminal(line, 50, 300, **more).splitlines() if " stored " in found]
    assert ("\x1b[2mDEBUG\x1b[0m" in stored) is is_coloured
    assert bool(re.search(r"\x1b\[[0-9;]*m", stored)) is is_coloured
    assert re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stored).count(" DEBUG stored ") == 1


def test_lines_of_the_log_have_date_and_run(replica: Replica, tmp_path: Path) -> None:
    done = crawl("redfin", tmp_path / "store", replica.url, {"LOG_LEVEL": "DEBUG"}, address=HOME)
    run_id = str(rows(tmp_path / "store", "SELECT run_id FROM runs")[0][0])
    lines = [line for line in done.output.splitlines() if HOME in line and "Run" not in line]
    head = rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d {run_id} (DEBUG|INFO) "
    assert len([line for line in lines if re.match(head, line)]) > 5
    (scraped,) = [line for line in lines if "Scraped from" in line]
    assert f": listing of {HOME} | redfin | 3 photos | https://" in scraped
    assert max(map(len, lines)) < 500
    stored = [line for line in done.output.splitlines() if " stored https://" in line]
    assert all(re.search(r" as processed/\w{8}/\w{64}\.png", line) for line in stored)
    assert len(stored) == 3


@pytest.mark.parametrize("quiet", [["-L", "ERROR"], ["--nolog"], ["-s", "LOG_LEVEL=error"]])
def test_nothing_is_printed_for_cron(quiet: list[str], replica: Replica, tmp_path: Path) -> None:
    line = [*command("redfin", tmp_path / "store", replica.url, {"address": HOME}, {}), *quiet]
    done = subprocess.run(line, cwd=REPOSITORY, env=environment(), capture_output=True, timeout=300, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert "photos found" in on_terminal(line, 24, 80), "a person looks on"


def test_errors_are_printed_for_cron_too(replica: Replica, tmp_path: Path) -> None:
    settings = {"PHX_MAX_MEMORY_MB": 1}
    line = [*command("redfin", tmp_path / "store", replica.url, {"address": HOME}, settings), "-L", "ERROR"]
    done = subprocess.run(
        line, cwd=REPOSITORY, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 3
    assert "PHX_MAX_MEMORY_MB=1" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_row_that_cannot_be_read_is_an_error_for_cron(replica: Replica, tmp_path: Path) -> None:
    homes = tmp_path / "homes.csv"
    homes.write_text(f'full_address\n"{HOME}"\nnowhere at all\n')
    line = [*command("redfin", tmp_path / "store", replica.url, {"addresses": homes}, {}), "-L", "ERROR"]
    done = subprocess.run(
        line, cwd=REPOSITORY, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    assert [words.partition("row 3 cannot be read")[1] for words in done.stderr.splitlines()] == [
        "row 3 cannot be read"
    ]


def test_a_narrow_summary_shows_all_figures(replica: Replica, tmp_path: Path) -> None:
    line = command("redfin", tmp_path / "store", replica.url, {"address": HOME}, {})
    done = subprocess.run(
        line,
        cwd=REPOSITORY,
        env=environment() | {"COLUMNS": "30"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "homes at redfin: 1 ok" in done.stderr
    assert "photos at redfin: 3 found, 3 downloaded, 3 kept" in " ".join(done.stderr.split())


def test_closing_the_pipe_of_the_truth_early_gives_no_traceback() -> None:
    line = f"{sys.executable} -m phx_scraper.replica --truth data/phx_homes.csv | head -1"
    done = subprocess.run(
        ["bash", "-c", line], cwd=REPOSITORY, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""
