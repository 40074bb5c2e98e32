"""Alerts and dashboards of deploy/, with Debian's promtool and a real Prometheus that asks for real metrics."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from phx_scraper.service.job_service import Service
from phx_scraper.service.jobs import Submission, submit
from tests.prometheus_server import PATIENCE, WHY_NOT, Prometheus, program, promtool, running_prometheus
from tests.redis_server import RedisServer, redis_program
from tests.unit.storage.catalogue_helpers import Collector, homes

pytestmark = pytest.mark.skipif(not all(map(program, ("prometheus", "promtool"))), reason=WHY_NOT)

ROOT = Path(__file__).parents[2]
DEPLOYED = ROOT / "deploy" / "prometheus"
GRAFANA = ROOT / "deploy" / "grafana"
BOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOYED / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels(board: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(board.read_text())["panels"]
    return found


def expressions() -> list[str]:
    shown = [target["expr"] for board in BOARDS for panel in panels(board) for target in panel["targets"]]
    return [*shown, *(rule["expr"] for rule in alerts())]


class Answers(BaseHTTPRequestHandler):
    """Metrics to whoever asks."""

    service: Service
    collector: Collector

    def do_GET(self) -> None:
        from phx_scraper.service.metrics import CONTENT_TYPE, metrics_text

        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.end_headers()
        self.wfile.write(metrics_text(self.service, self.collector.files))

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Collector]]:
    """With photos, a job that has ended, one that waits, and Redis."""
    if redis_program() is None:
        pytest.skip("a redis-server is needed")
    from phx_scraper.service.redis_queue import RedisQueue

    collector = Collector(tmp_path_factory.mktemp("store"), fsync=False)
    redis = RedisServer(tmp_path_factory.mktemp("r"))
    collector.run(homes(2), ["zillow", "redfin"])
    collector = Collector(collector.root, fsync=False)
    queue = RedisQueue(redis.url)
    queue.tidy()
    made = Service(collector.catalogue, queue)
    job_id = submit(made, Submission(homes(2))).job.job_id
    with collector.catalogue.transaction() as tx:
        tx.exec_driver_sql(
            "UPDATE jobs SET state = 'finished', started_at = created_at, finished_at = created_at + 9"
            f" WHERE job_id = '{job_id}'"
        )
    submit(made, Submission(homes(3)))
    yield made, collector
    collector.catalogue.close()
    redis.kill()


@pytest.fixture(scope="module")
def prometheus(service: tuple[Service, Collector], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Configured as it is deployed, but for the target's place, and more often."""
    handler = type("OfThis", (Answers,), {"service": service[0], "collector": service[1]})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path_factory.mktemp("prometheus")
    shutil.copytree(DEPLOYED, folder, dirs_exist_ok=True)
    (folder / "targets.yml").write_text(f'- targets: ["127.0.0.1:{server.server_address[1]}"]\n')
    config = folder / "prometheus.yml"
    config.write_text(config.read_text().replace(": 15s", ": 1s"))
    with running_prometheus(config, folder) as running:
        # Rates are of two answers at least; and on a busy machine one may come too late to count.
        running.when("count_over_time(phx_homes[1m]) >= 3")
        yield running
    server.shutdown()
    server.server_close()


def test_the_configuration_and_the_alerts_are_well_formed() -> None:
    done = promtool("check", "config", str(DEPLOYED / "prometheus.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(alerts())} rules found" in done.stdout


def test_each_alert_fires_when_it_should_and_not_before() -> None:
    """The cases are those of `alert_cases.yml`, and each alert has one."""
    cases = Path(__file__).parent / "alert_cases.yml"
    tried = [one for test in yaml.safe_load(cases.read_text())["tests"] for one in test["alert_rule_test"]]
    assert {one["alertname"] for one in tried if one.get("exp_alerts")} == {rule["alert"] for rule in alerts()}
    assert {one["alertname"] for one in tried if not one.get("exp_alerts")} == {rule["alert"] for rule in alerts()}
    done = promtool("test", "rules", str(cases))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_text_is_as_prometheus_wants_it(service: tuple[Service, Collector]) -> None:
    from phx_scraper.service.metrics import metrics_text

    done = promtool("check", "metrics", told=metrics_text(service[0], service[1].files).decode())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_was_asked_arrives(prometheus: Prometheus) -> None:
    assert [number for _, number in prometheus.when("phx_homes")] == [2]
    assert {labels["part"]: number for labels, number in prometheus.when("phx_up")} == {
        "catalogue": 1, "redis": 1, "store": 1,
    }  # fmt: skip
    assert [number for _, number in prometheus.when('phx_jobs{state="finished"}')] == [1]


def test_every_expression_can_be_computed_from_metrics_that_there_are(prometheus: Prometheus) -> None:
    known = set(prometheus.ask("label/__name__/values"))
    used = {name for expression in expressions() for name in re.findall(r"\bphx_\w+", expression)}
    assert len(used) > 15
    assert used - known == set()
    for expression in expressions():
        prometheus.query(expression)


def empty_panels(prometheus: Prometheus) -> set[str]:
    return {
        panel["title"]
        for board in BOARDS
        for panel in panels(board)
        if not any(prometheus.query(target["expr"]) for target in panel["targets"])
    }


def test_each_panel_shows_something(prometheus: Prometheus) -> None:
    """Also of a collection that nobody refuses, where a rate is 0 and not absent."""
    never = {"Refusals in the last hour"}
    until = time.monotonic() + PATIENCE
    while empty := empty_panels(prometheus) - never:
        assert time.monotonic() < until, empty


def test_the_rules_run_without_an_error_and_nothing_fires(prometheus: Prometheus) -> None:
    (group,) = prometheus.ask("rules")["groups"]
    assert {rule["name"]: rule.get("lastError", "") for rule in group["rules"]} == {
        rule["alert"]: "" for rule in alerts()
    }
    assert [rule["name"] for rule in group["rules"] if rule["state"] == "firing"] == []


def test_there_are_few_series_however_large_the_collection_is(prometheus: Prometheus) -> None:
    assert prometheus.when('count({__name__=~"phx_.+"})')[0][1] < 300
