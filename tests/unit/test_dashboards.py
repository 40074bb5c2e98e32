"""Grafana's files: one data source, known by its uid, panels that do not overlap, and each alert explained."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GRAFANA = ROOT / "deploy" / "grafana"
BOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))


def board(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_a_dashboard_asks_the_data_source_that_is_provisioned(path: Path) -> None:
    (source,) = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text())["datasources"]
    wanted = {"type": source["type"], "uid": source["uid"]}
    panels = board(path)["panels"]
    assert panels
    assert all(panel["datasource"] == wanted for panel in panels)
    assert all(target["datasource"] == wanted for panel in panels for target in panel["targets"])


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_panels_have_titles_of_their_own_and_do_not_overlap(path: Path) -> None:
    panels = board(path)["panels"]
    assert len({panel["title"] for panel in panels}) == len({panel["id"] for panel in panels}) == len(panels)
    for one, other in combinations([panel["gridPos"] for panel in panels], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)


def test_dashboards_have_names_of_their_own() -> None:
    assert len({board(path)["uid"] for path in BOARDS}) == len({board(path)["title"] for path in BOARDS}) == 2


def test_each_alert_has_a_paragraph_for_whoever_is_woken() -> None:
    rules = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
    document = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    raised = re.findall(r"- alert: (\w+)", rules)
    assert len(raised) == len(set(raised)) > 8
    assert re.findall(r"^### (Phx\w+)$", document, re.M) == raised
    for rule in yaml.safe_load(rules)["groups"][0]["rules"]:
        assert rule["annotations"].keys() == {"summary", "description"}
        assert rule["labels"]["severity"] in {"critical", "warning"}
