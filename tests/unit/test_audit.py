"""scripts/audit.py with the real pip-audit, and a local server in place of the advisory service."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.faults.certificate import make_certificate, server_context
from tests.ports import free_port
from tests.unit.downloader.forward_proxy import ForwardProxy

REPOSITORY = Path(__file__).parents[2]
LOCK = "attrs==25.1.0 --hash=sha256:{0}\nidna==3.10 --hash=sha256:{0}\n".format("0" * 64)
CVE = {
    "id": "CVE-2099-1",
    "summary": "made up",
    "affected": [
        {
            "package": {"name": "idna", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.11"}]}],
        }
    ],
}

FILE = {"digests": {"sha256": "0" * 64}}


class Advisories(BaseHTTPRequestHandler):
    """Answers as OSV (POST, with `server.status`) and PyPI (GET) do; `server.bad` are vulnerable, or unknown names."""

    server: Service

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
        self.server.asked.append(asked)
        self._answer(self.server.status, {"vulns": [CVE]} if asked in self.server.bad else {})

    def do_GET(self) -> None:
        asked = self.path.split("/")[2]
        self.server.asked.append(asked)
        self._answer(404 if asked in self.server.bad else 200, {"vulnerabilities": [], "urls": [FILE]})

    def _answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Service(ThreadingHTTPServer):
    def __init__(self, bad: tuple[str, ...], status: int) -> None:
        super().__init__(("127.0.0.1", 0), Advisories)
        self.bad, self.status = bad, status
        self.asked: list[str] = []


@contextmanager
def service(*bad: str, status: int = 200, tls: ssl.SSLContext | None = None) -> Iterator[Service]:
    with Service(bad, status) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "some.lock"
    path.write_text(LOCK, encoding="utf-8")
    return path


def audit(port: int, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment |= {
        "PIP_AUDIT_VULNERABILITY_SERVICE": "osv",
        "PIP_AUDIT_OSV_URL": f"http://127.0.0.1:{port}/v1/query",
        "PYTHONWARNINGS": "default",
        **variables,
    }
    line = [sys.executable, str(REPOSITORY / "scripts" / "audit.py"), *map(str, arguments)]
    return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=180, check=False)


@pytest.mark.parametrize("form", [(), ("--tolerant",)])
def test_nothing_known(lock: Path, form: tuple[str, ...]) -> None:
    with service() as server:
        done = audit(server.server_port, *form, lock)
        assert sorted(server.asked) == ["attrs", "idna"]
    assert (done.returncode, done.stdout) == (0, "audit: no vulnerability is known of the 2 packages in some.lock\n")


@pytest.mark.parametrize("form", [(), ("--tolerant",)])
def test_a_known_vulnerability_fails_either_form(lock: Path, form: tuple[str, ...]) -> None:
    with service("idna") as server:
        done = audit(server.server_port, *form, lock)
    assert (done.returncode, done.stdout) == (1, "audit: idna 3.10: CVE-2099-1, fixed in 3.11\n")


def test_a_service_out_of_reach_is_one_sentence_for_the_tolerant_and_a_failure_for_the_strict(lock: Path) -> None:
    port = free_port()
    tolerant, strict = audit(port, "--tolerant", lock), audit(port, lock)
    assert tolerant.returncode == 0
    assert tolerant.stdout.startswith("audit: left out, because the advisory service could not be asked (")
    assert tolerant.stdout.count("\n") == 1
    assert tolerant.stderr == ""
    assert strict.returncode == 2
    assert strict.stderr.startswith("audit: some.lock could not be audited: ")


def test_a_service_in_trouble_is_out_of_reach(lock: Path) -> None:
    with service(status=503) as server:
        assert audit(server.server_port, "--tolerant", lock).returncode == 0
        assert audit(server.server_port, lock).returncode == 2


def test_a_service_that_never_answers_has_an_end(lock: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        tolerant = audit(port, "--tolerant", "--seconds", "1", lock)
        assert time.monotonic() - began < 120
        strict = audit(port, "--seconds", "1", lock)
    assert tolerant.returncode == 0
    assert "(it took too long)" in tolerant.stdout
    assert strict.returncode == 2


@pytest.mark.parametrize(
    ("unknown", "codes", "said"),
    [
        (("idna",), (0, 2), "audit: the advisory service does not know idna\naudit: no vulnerability is known of the"),
        (("attrs", "idna"), (0, 2), "audit: left out, because the advisory service could not be asked (it knows none"),
    ],
)
def test_packages_that_the_service_does_not_know(
    lock: Path, tmp_path: Path, unknown: tuple[str, ...], codes: tuple[int, int], said: str
) -> None:
    pem = make_certificate(tmp_path, "pypi.org")
    with service(*unknown, tls=server_context(pem)) as server, ForwardProxy(server.server_port) as proxy:
        variables = {
            "PIP_AUDIT_VULNERABILITY_SERVICE": "pypi",
            "https_proxy": proxy.url(),
            "REQUESTS_CA_BUNDLE": str(pem),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        }
        tolerant = audit(0, "--tolerant", lock, **variables)
        strict = audit(0, lock, **variables)
        assert {passage.to for passage in proxy.passages} == {"pypi.org:443"}
    assert tolerant.stdout.startswith(said), tolerant.stdout + tolerant.stderr
    assert (tolerant.returncode, strict.returncode) == codes


@pytest.mark.parametrize("text", [None, "attrs==25.1.0\n", "this is no requirement ===\n"])
def test_a_lock_that_cannot_be_audited_fails_either_form(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "bad.lock"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with service() as server:
        assert audit(server.server_port, "--tolerant", path).returncode == 2
        assert audit(server.server_port, path).returncode == 2


def test_each_lock_of_the_project_is_asked_about() -> None:
    with service() as server:
        done = audit(server.server_port, "--tolerant")
        assert {"scrapy", "scrapyd"} <= set(server.asked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("no vulnerability is known of the") == len(list(REPOSITORY.glob("requirements*.lock"))) > 2


def test_what_one_lock_has_is_not_excused_by_the_others_silence(lock: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.lock"
    broken.write_text("attrs==25.1.0\n", encoding="utf-8")
    with service("idna") as server:
        assert audit(server.server_port, "--tolerant", lock, broken).returncode == 1
