"""`scrapy probe` as a person or cron runs it: output, exit codes, files that it leaves, and those that it does not."""

from __future__ import annotations

import gzip
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.commands.probe import DEFAULT_ADDRESS
from phx_scraper.homes import read_addresses
from phx_scraper.probe.probe_report import REQUIRED
from phx_scraper.replica import Options, Replica, running
from tests.integration import fork_server
from tests.integration.crawls import EXAMPLE_HOMES, REPOSITORY, TOKEN, environment, requests
from tests.unit.pages.test_fixtures import call, check_listing

HOME = "4700 W Davis Rd, Glendale, AZ 85306"


@pytest.fixture(scope="module")
def replica(pictures: Path) -> Iterator[Replica]:
    """Zillow and the Assessor work, Redfin refuses its pages, Phoenix MLS has pages of another shape."""
    kinds = ("redfin_forbidden", "phoenix_strange")
    with running(Options(photos=(3, 3), only=kinds, width=384, cache=pictures)) as server:
        yield server


def probe(replica: Replica, store: Path, *words: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
    settings = {"PHX_REPLICA_URL": replica.url, "PHX_DELAY_SCALE": 0, "IMAGES_STORE": store, "PHX_DECODER_TIMEOUT": 0}
    line = ["probe", *words, *(word for name, value in settings.items() for word in ("-s", f"{name}={value}"))]
    variables = {**environment(), "MARICOPA_ASSESSOR_TOKEN": token}
    done = fork_server.run(line, variables, timeout=300)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def test_the_default_home_is_the_first_of_the_example() -> None:
    assert read_addresses(EXAMPLE_HOMES)[0][0].address == DEFAULT_ADDRESS


def test_without_a_network_there_is_no_probe(replica: Replica, tmp_path: Path) -> None:
    done = probe(replica, tmp_path, "-s", "PHX_OFFLINE=1")
    assert done.returncode == 2
    assert "run it without PHX_OFFLINE" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_table_for_each_source_and_a_line_that_stays(replica: Replica, tmp_path: Path) -> None:
    done = probe(replica, tmp_path, "--address", HOME)
    assert done.returncode == 1
    assert done.stderr == ""
    tables, _, lines = done.stdout.rpartition("\n\n")
    assert lines.splitlines() == [
        "zillow: ok",
        "redfin: refused at page (forbidden)",
        "maricopa_assessor: ok",
        "phoenix_mls: trouble at state (not_understood:photos)",
    ]
    for step in REQUIRED:
        assert len(re.findall(rf"^  {step} +(?:ok|refused|trouble|skipped)\b", tables, re.MULTILINE)) == 4, step
    assert "shape: #listing-slideshow is missing; new: #listing-gallery (3 pictures)" in tables
    assert "after page: forbidden" in tables


def test_working_sources_end_with_0_and_brief_is_one_line_each(replica: Replica, tmp_path: Path) -> None:
    done = probe(replica, tmp_path, "maricopa_assessor", "zillow", "--brief")
    assert (done.returncode, done.stdout) == (0, "maricopa_assessor: ok\nzillow: ok\n")


def test_json_has_every_step(replica: Replica, tmp_path: Path) -> None:
    done = probe(replica, tmp_path, "phoenix_mls", "--json", "--address", HOME)
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert (report["address"], report["replica"]) == (HOME, replica.url)
    (source,) = report["sources"]
    assert source["line"] == "phoenix_mls: trouble at state (not_understood:photos)"
    steps = {step["step"]: step for step in source["steps"]}
    assert set(REQUIRED) <= set(steps)
    assert steps["page"]["status"] == 200
    assert steps["page"]["bytes"] > 1000
    assert steps["page"]["milliseconds"] > 0
    assert steps["state"]["differences"][0]["instead"] == "#listing-gallery"
    assert Path(report["evidence"]).parent == tmp_path / "metadata" / "probe"


def test_without_its_token_the_assessor_is_skipped_with_the_sentence(replica: Replica, tmp_path: Path) -> None:
    line = (
        "maricopa_assessor: skipped (it wants a token of your own in the environment variable MARICOPA_ASSESSOR_TOKEN)"
    )
    named = probe(replica, tmp_path, "maricopa_assessor", "--brief", token="")
    assert (named.returncode, named.stdout) == (1, f"{line}\n")
    report = json.loads(probe(replica, tmp_path, "maricopa_assessor", "--json", token="").stdout)
    results = {step["step"]: step["result"] for step in report["sources"][0]["steps"]}
    assert results["first page"] == "ok"
    assert results["autocomplete"] == results["photo"] == "skipped"


def test_no_catalogue_is_made_and_evidence_names_no_token(replica: Replica, tmp_path: Path) -> None:
    probe(replica, tmp_path, "maricopa_assessor", "redfin")
    made = sorted({path.relative_to(tmp_path).parts[:2] for path in tmp_path.rglob("*") if path.is_file()})
    assert made == [("metadata", "probe")]
    kept = list((tmp_path / "metadata" / "probe").glob("*/*"))
    assert {path.name for path in kept} >= {"report.json", "redfin-03.head.txt", "redfin-03.body.gz"}
    for path in kept:
        data = path.read_bytes()
        assert TOKEN.encode() not in (gzip.decompress(data) if path.suffix == ".gz" else data)


def test_saved_pages_are_fixtures(replica: Replica, tmp_path: Path) -> None:
    done = probe(replica, tmp_path, "--save", str(tmp_path / "saved"), "--address", HOME)
    assert done.stderr == ""
    saved = sorted(path.parent for path in (tmp_path / "saved").rglob("expected.json"))
    # A refused page is none, a page of another shape is the best of all.
    assert [folder.parent.name for folder in saved] == ["maricopa_assessor", "phoenix_mls", "zillow"]
    for folder in saved:
        expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        assert re.search(rb"Agent \d{4}|EXAMPLE OWNER", next(folder.glob("input.*")).read_bytes()) is None
        if "listing" in expected:
            check_listing(call(folder, expected), folder.parent.name, expected)
        else:
            assert expected["error"] == {"type": "NotUnderstood", "reason": "photos"}


WRONG = {
    "no source": (["zilow"], "'zilow' is no source"),
    "no address": (["--address", "nonsense"], "write one home"),
    "two addresses": (["--address", f"{HOME}; 4702 W Davis Rd, Glendale, AZ 85306"], "write one home"),
    "source for a folder": (["--save", "zillow"], "put --save last"),
    "file for a folder": (["--save", str(Path(__file__)), "zillow"], "that is a file"),
    "folder that cannot be made": (["--save", f"{Path(__file__)}/below", "zillow"], "cannot be made"),
}


@pytest.mark.parametrize(("words", "sentence"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_one_sentence(replica: Replica, tmp_path: Path, words: list[str], sentence: str) -> None:
    before = requests(replica)
    done = probe(replica, tmp_path, *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert requests(replica) == before


def test_a_folder_that_cannot_be_written_costs_the_evidence_alone(replica: Replica, tmp_path: Path) -> None:
    (tmp_path / "metadata").write_bytes(b"a file")
    done = probe(replica, tmp_path, "zillow", "--brief")
    assert (done.returncode, done.stdout) == (0, "zillow: ok\n")
    assert done.stderr.startswith("scrapy probe: the evidence is not kept: ")


def test_ctrl_c_ends_it_with_3(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = [sys.executable, "-m", "scrapy", "probe", "zillow", "--brief", "-s", f"IMAGES_STORE={tmp_path}"]
        line += ["-s", f"PHX_REPLICA_URL=http://127.0.0.1:{server.getsockname()[1]}"]
        process = subprocess.Popen(
            line, cwd=REPOSITORY, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with server.accept()[0]:  # it asks, and gets no answer
            process.send_signal(signal.SIGINT)
            output, said = process.communicate(timeout=180)
    assert process.returncode == 3
    assert said == "scrapy probe: stopped before zillow had answered\n"
    assert output == ""
