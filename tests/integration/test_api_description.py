"""The OpenAPI document against the API itself: whatever it allows to be sent, no answer is a 5xx or undeclared."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from phx_scraper.service.api_keys import NewKey
from phx_scraper.service.job_limits import NONE
from tests.api_server import HAS_API, WHY_NOT, Api, running_api

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "negative_data_rejection",
)
PROGRAM = Path(sys.executable).parent / "schemathesis"

pytestmark = [
    pytest.mark.skipif(not HAS_API, reason=WHY_NOT),
    pytest.mark.skipif(find_spec("schemathesis") is None, reason="schemathesis is needed: pip install '.[dev]'"),
]


@pytest.fixture
def api(tmp_path: Path):  # type: ignore[no-untyped-def]
    with running_api(tmp_path) as server:
        yield server


def test_no_answer_is_undeclared(api: Api, tmp_path: Path) -> None:
    program = PROGRAM if PROGRAM.exists() else shutil.which("schemathesis")
    _, key = api.new_key(NewKey("generated", ["admin"], limits=NONE))
    line = [str(program), "run", f"http://127.0.0.1:{api.port}/openapi.json", "-H", f"X-API-Key: {key}"]
    options = ["-c", ",".join(CHECKS), "--phases", "coverage,fuzzing", "-n", "5", "--seed", "1", "--no-color"]
    done = subprocess.run([*line, *options], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
