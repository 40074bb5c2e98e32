"""The shape that each answer of each source should have, as far as the page objects read it; by the answer's URL."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from phx_scraper.probe.answer_values import called_value, json_value, marked_blocks, scripts_with_id, server_states
from phx_scraper.probe.probe_report import Difference
from phx_scraper.probe.shape_differences import Json, Shape, differences

MOST_DIFFERENCES = 8


@dataclass(frozen=True, slots=True)
class Expected:
    """The answers whose URL holds `url`: read as values by `read`, they are of `shape`."""

    source: str
    url: re.Pattern[str]
    read: Callable[[bytes], Any]
    shape: Shape


_ZILLOW_HOME = {
    "zpid": "value",
    "address|.": {"streetAddress": "text", "city": "text", "zipcode": "text"},
    "homeStatus": "text",
    "photoCount?": "number",
    "responsivePhotos|responsivePhotosOriginalRatio|originalPhotos|photos?": "photos",
}
_ZILLOW_CACHE = {"gdpClientCache": Json({"*": {"property": _ZILLOW_HOME}})}
_ABOVE = {
    "payload": {
        "addressSectionInfo": {
            "streetAddress": {"assembledAddress": "text"},
            "city": "text",
            "zip": "text",
            "searchStatus?": "number",
        },
        "mediaBrowserInfo": {"photos?": "photos"},
    }
}
_ROWS = [{"rows": [{"name": "text", "url": "text"}]}]
_GALLERY = "flexmls_connect__filmstrip|#listing-slideshow|flexmls_connect__hidden|flexmls_connect__main_image?"

EXPECTED = tuple(
    Expected(source, re.compile(url), read, shape)
    for source, url, read, shape in (
        ("zillow", "/autocomplete/", json_value, {"results": [{"resultType": "text", "metaData": {"zpid": "value"}}]}),
        (
            "zillow",
            "/zg-graph",
            json_value,
            {"data": {"searchAssistanceResult": {"results": [{"__typename": "text", "id": "text"}]}}},
        ),
        (
            "zillow",
            r"/\d+_zpid",
            scripts_with_id,
            {"__NEXT_DATA__": {"props": {"pageProps": {"componentProps|.": _ZILLOW_CACHE}}}},
        ),
        ("redfin", "location-autocomplete", json_value, {"payload": {"sections|exactMatch?": _ROWS}}),
        ("redfin", "/initialInfo", json_value, {"payload": {"propertyId": "value", "listingId": "value"}}),
        ("redfin", "/aboveTheFold", json_value, _ABOVE),
        (
            "redfin",
            r"/home/\d+",
            server_states,
            {"InitialContext": {"ReactServerAgent.cache": {"dataCache": {"aboveTheFold": Json(_ABOVE)}}}},
        ),
        (
            "phoenix_mls",
            "/quick_launch/omni",
            called_value,
            {"D": {"Results": [{"Type": "text", "Listing?": {"Number": "text"}}]}},
        ),
        ("phoenix_mls", "/mls/search/", marked_blocks, {"flexmls_connect__sr_matches_count": "value"}),
        (
            "phoenix_mls",
            "-mls_",
            marked_blocks,
            {
                "flexmls_connect__sr_detail|flexmls-listing-details": "value",
                "flexmls_connect__ld_property_detail|flexmls-detail|detail-value": "value",
                _GALLERY: "pictures",
            },
        ),
        (
            "maricopa_assessor",
            "/search/property/",
            json_value,
            {"TOTAL": "number", "Results": [{"APN": "text", "SitusAddress": "text"}]},
        ),
        (
            "maricopa_assessor",
            "/residential-details/",
            json_value,
            {"ConstructionYear?": "text", "LivableSpace?": "text"},
        ),
        ("maricopa_assessor", "/sketches/", json_value, {"TotalPages?": "number", "Pages": [{"Sketch": "text"}]}),
        (
            "maricopa_assessor",
            "/query",
            json_value,
            {"features": [{"attributes": {"APN": "text", "LATITUDE": "number", "LONGITUDE": "number"}}]},
        ),
        ("maricopa_assessor", "/findAddressCandidates", json_value, {"candidates": [{"address": "text"}]}),
    )
)


def differences_of(source: str, url: str, body: bytes, is_read: bool) -> tuple[Difference, ...]:
    """How an answer differs from what is expected of its URL; of one that could be read only what it must have.

    Nothing for answers that no shape is written down for.
    """
    for expected in EXPECTED:
        if expected.source == source and expected.url.search(url):
            found = differences(expected.read(body), _shape(expected, url), optional=not is_read)
            return tuple(found[:MOST_DIFFERENCES])
    return ()


def _shape(expected: Expected, url: str) -> Shape:
    """A JSONP answer calls the function that its request names."""
    if expected.read is not called_value:
        return expected.shape
    named = parse_qs(urlsplit(url).query).get("callback", [""])[0]
    return {named: expected.shape}
