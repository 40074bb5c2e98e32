"""Of the candidates of a search only the requested home is accepted."""

from __future__ import annotations

from phx_scraper.model.listing import Candidate
from phx_scraper.spiders.visit_steps import VisitSteps

from .walking import visit_of

HOME = "4732 W Davis Rd, Glendale, AZ 85306"


def test_matching_candidates_keep_their_order() -> None:
    named = [
        "4732 W Davis Dr, Glendale, AZ 85306",
        HOME,
        "4732 W Davis Road, Glendale, AZ",
        "1 W Davis Rd, Glendale, AZ",
    ]
    candidates = [Candidate(address, {"zpid": str(place)}, "u") for place, address in enumerate(named)]
    steps = VisitSteps(visit_of("zillow", address=HOME))
    assert [one.ids["zpid"] for one in steps.matches(candidates)] == ["1", "2"]
    assert steps.take_others() == 2
