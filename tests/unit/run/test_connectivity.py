"""When this machine is offline, and when a source fails."""

from __future__ import annotations

import pytest

from phx_scraper.run.connectivity import Connectivity

WWW, CDN = "www.zillow.com", "photos.zillowstatic.com"


@pytest.fixture
def reach() -> Connectivity:
    return Connectivity(3)


def test_several_sources_in_a_row_are_this_machine(reach: Connectivity) -> None:
    reach.lost("zillow", WWW, "connection_refused")
    reach.lost("redfin", "www.redfin.com", "host_unknown")
    assert not reach.is_offline({"zillow", "redfin"})
    reach.lost("zillow", WWW, "connection_refused")
    assert reach.is_offline({"zillow", "redfin"})
    assert "is this machine online?" in reach.sentence()
    assert WWW in reach.sentence()
    assert reach.since > 0


def test_not_while_a_source_in_hand_may_still_answer(reach: Connectivity) -> None:
    for source in ("zillow", "redfin", "zillow", "redfin"):
        reach.lost(source, source, "host_unknown")
    assert not reach.is_offline({"zillow", "redfin", "phoenix_mls"})


def test_any_response_resets_the_count(reach: Connectivity) -> None:
    for _ in range(2):
        reach.lost("zillow", WWW, "host_unknown")
        reach.lost("redfin", "www.redfin.com", "host_unknown")
        reach.heard()
    reach.lost("zillow", WWW, "host_unknown")
    assert not reach.is_offline({"zillow"})


def test_one_source_alone_is_this_machine_where_no_name_can_be_resolved(reach: Connectivity) -> None:
    for _ in range(3):
        reach.lost("zillow", WWW, "host_unknown")
    assert reach.is_offline({"zillow"})


def test_one_host_that_vanished_while_others_answered_is_not(reach: Connectivity) -> None:
    reach.heard()
    for _ in range(5):
        reach.lost("zillow", CDN, "host_unknown")
    assert not reach.is_offline({"zillow"})
    reach.lost("zillow", WWW, "host_unknown")
    assert reach.is_offline({"zillow"}), "now its other host is gone too"


@pytest.mark.parametrize("reason", ["connection_refused", "timeout", "http_503", "cut_short"])
def test_one_source_that_does_not_answer_is_not(reach: Connectivity, reason: str) -> None:
    for _ in range(5):
        reach.lost("zillow", WWW, reason)
    assert not reach.is_offline({"zillow"})
    assert not reach.was_offline()


def test_a_short_run_is_judged_at_its_end(reach: Connectivity) -> None:
    assert not reach.was_offline()
    reach.lost("zillow", WWW, "host_unknown")
    assert not reach.is_offline({"zillow"})
    assert reach.was_offline()
    reach.heard()
    reach.lost("zillow", WWW, "host_unknown")
    assert not reach.was_offline()
