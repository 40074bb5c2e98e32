"""/metrics: for whoever asks, and also when nothing but the API works."""

from __future__ import annotations

from pathlib import Path

from tests.api_server import Api, running_api


def test_metrics_need_no_key_and_have_prometheus_own_type(api: Api) -> None:
    answer = api.ask("GET", "/metrics", key="")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = answer.body if isinstance(answer.body, str) else answer.body.decode()
    assert 'phx_up{part="catalogue"} 1.0\n' in text
    assert "\nphx_homes 0.0\n" in text


def test_a_catalogue_that_is_damaged_is_told_and_no_error(tmp_path: Path) -> None:
    with running_api(tmp_path) as server:
        place = server.context.catalogue.path
        for path in place.parent.glob(f"{place.name}*"):
            path.write_bytes(b"no database" * 1000)
        answer = server.ask("GET", "/metrics", key="")
        text = answer.body if isinstance(answer.body, str) else answer.body.decode()
        assert (answer.status, 'phx_up{part="catalogue"} 0.0\n' in text) == (200, True)
