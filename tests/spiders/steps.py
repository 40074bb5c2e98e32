"""The requests of a crawl as the names of their steps, in order: what a reader can compare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

# The first pattern that is found in the URL names the request.
STEPS = {
    "zillow": {
        r"/autocomplete/v3/": "autocomplete",
        r"/zg-graph": "graph",
        r"/homes/": "search",
        r"/homedetails/": "page",
    },
    "redfin": {
        r"/do/location-autocomplete": "autocomplete",
        r"/do/rental-location-autocomplete": "rental",
        r"/do/query-location\?location=MLS": "mls",
        r"/do/query-location": "query",
        r"/zipcode/": "zip",
        r"/api/region": "region",
        r"/api/gis": "gis",
        r"/initialInfo": "ids",
        r"/aboveTheFold": "above",
        r"^https://ratelimited\.": "ratelimited",
        r"/home/\d+$": "page",
    },
    "phoenix_mls": {
        r"/quick_launch/omni": "omni",
        r"\?ListingId=": "mls",
        r"\?StreetNumber=": "number",
        r"\?PostalCode=": "zip",
        r"-mls_": "page",
    },
    "maricopa_assessor": {
        r"/search/property": "search",
        r"/residential-details": "details",
        r"/sketches": "sketches",
        r"/MaricopaDynamicQueryService/": "older-map",
        r"/Parcels/": "map",
        r"/findAddressCandidates": "geocoder",
    },
}
# When a browser would have been there first is not a spider's matter.
_FIRST_PAGE = re.compile(r"https://[^/]+/(?:robots\.txt)?")


def steps_of(source: str, urls: Iterable[str]) -> str:
    """`autocomplete*2 page`: the steps in order, repeated ones with their number; a request that is no step as its URL.

    Start pages and robots.txt are left out.
    """
    steps = [_step(source, url) for url in urls if not _FIRST_PAGE.fullmatch(url)]
    runs = ((step, len(list(same))) for step, same in groupby(steps))
    return " ".join(step if number == 1 else f"{step}*{number}" for step, number in runs)


def _step(source: str, url: str) -> str:
    return next((step for pattern, step in STEPS[source].items() if re.search(pattern, url)), url)
