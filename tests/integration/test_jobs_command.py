"""`scrapy jobs` and `scrapy worker` as a person types them: what cannot be used is one sentence, and makes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration import fork_server
from tests.integration.crawls import Result, environment
from tests.redis_server import WHY_NOT, redis_program

pytestmark = pytest.mark.skipif(redis_program() is None, reason=WHY_NOT)
HOME = '"4732 W Davis Rd, Glendale, AZ 85306"'
AWAY = "redis://:hunter2@127.0.0.1:1/0"


@pytest.fixture
def homes(tmp_path: Path) -> str:
    path = tmp_path / "homes.csv"
    path.write_text(f"full_address\n{HOME}\nMain St\n", encoding="utf-8")
    return str(path)


def scrapy(folder: Path, *words: str, redis: str = AWAY) -> Result:
    own = {"IMAGES_STORE": str(folder / "store"), "PHX_REDIS_URL": redis}
    done = fork_server.run(words, {**environment(), "PYTHONWARNINGS": "default", **own}, 60)
    return Result(done.returncode, done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["jobs", "sumbit", "LIST"], "there is no 'sumbit' of jobs; did you mean submit?"),
        (["jobs", "submit"], "write it as: scrapy jobs submit LIST"),
        (["jobs", "submit", "nowhere.csv"], "nowhere.csv"),
        (["jobs", "submit", "LIST", "--sources", "zilow"], "jobs: --sources: 'zilow' is no source"),
        (["jobs", "submit", "LIST", "--slice", "0"], "--slice 0: write a whole number from 1 to 1000"),
        (["jobs", "submit", "LIST", "--slice", "x"], "--slice x: write a whole number"),
        (["jobs", "submit", "LIST", "--slice", "\u0663"], "from 1 to 1000, in the digits 0 to 9"),
        (["jobs", "submit", "LIST", "--refresh-days", "nan"], "jobs: --refresh-days: nan is no number of days"),
        (["jobs", "submit", "LIST", "--refresh-days", "x"], "--refresh-days x: write a number of days"),
        (["jobs", "submit", "LIST", "--priority", "urgent"], "jobs: --priority: 'urgent' is none"),
        (["jobs", "show", "x"], "there is no catalogue"),
        (["jobs", "list", "x"], "write it as"),
        (["worker", "x"], "worker takes options only"),
        (["worker", "--memory", "-1"], "--memory -1: write a whole number from 0"),
        (["worker", "-s", "PHX_REDIS_URL=http://x"], "PHX_REDIS_URL is 'http://x': set it to redis://"),
        (["worker", "-s", "PHX_MAX_DELAY=-1"], "PHX_MAX_DELAY is '-1'"),
        (["worker", "-s", "PHX_REDIS_URL="], "no Redis is set, which tells workers of jobs"),
    ],
)
def test_wrong_use_is_one_sentence(tmp_path: Path, homes: str, words: list[str], sentence: str) -> None:
    done = scrapy(tmp_path, *(homes if word == "LIST" else word for word in words))
    assert done.code == 2, done.output
    assert sentence in done.output
    assert "Traceback" not in done.output
    assert "hunter2" not in done.output


def test_a_job_is_accepted_shown_cancelled_and_deleted_without_redis(tmp_path: Path, homes: str) -> None:
    done = scrapy(tmp_path, "jobs", "submit", homes, "--json")
    assert done.code == 0
    assert (
        "the job is accepted, but workers could not be told: Redis at redis://***@127.0.0.1:1/0 cannot" in done.output
    )
    job = json.JSONDecoder().raw_decode(done.output)[0]
    assert (job["state"], job["total_properties"], job["is_told"]) == ("queued", 1, False)
    assert [row["row"] for row in job["rejected"]] == [3]
    assert "--last 0: write a whole number from 1" in scrapy(tmp_path, "jobs", "list", "--last", "0").output
    [listed] = json.loads(scrapy(tmp_path, "jobs", "list", "--json").output)["jobs"]
    assert (listed["completed_properties"], listed["total_properties"], listed["photos"]) == (0, 1, 0)
    assert "queued, 0 of 1 home done, normal" in scrapy(tmp_path, "jobs", "list").output
    shown = scrapy(tmp_path, "jobs", "show", job["job_id"]).output
    assert "queued, 0 of 1 home done" in shown
    assert "row 3 names no home" in shown
    assert job["job_id"] in scrapy(tmp_path, "jobs", "list", "--state", "queued").output
    assert "There are no such jobs" in scrapy(tmp_path, "jobs", "list", "--state", "running").output
    assert scrapy(tmp_path, "jobs", "delete", job["job_id"]).code == 2
    assert "cancelled" in scrapy(tmp_path, "jobs", "cancel", job["job_id"]).output
    assert scrapy(tmp_path, "jobs", "delete", job["job_id"]).code == 0
    assert scrapy(tmp_path, "jobs", "show", job["job_id"]).code == 2


def test_a_worker_without_redis_says_so_without_the_password(tmp_path: Path) -> None:
    done = scrapy(tmp_path, "worker", "--burst")
    assert done.code == 4
    assert "Redis at redis://***@127.0.0.1:1/0 cannot be used" in done.output
    assert "hunter2" not in done.output
    assert "Traceback" not in done.output
