"""The newer autocomplete: a GraphQL operation of the site's own host, which returns addresses without zpids."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from phx_scraper.homes import parse_address
from phx_scraper.replica.zillow.presented import PresentedHome
from phx_scraper.replica.zillow.suggestions import suggested

_OPERATION = "getautocompleteresults"


async def requested_query(request: web.Request) -> str | None:
    """The query text of the operation, None for another method, operation or a body that is no JSON."""
    if request.method != "POST":
        return None
    try:
        body = await request.json()
    except ValueError:
        return None
    variables = body.get("variables") if isinstance(body, dict) else None
    named = str(body.get("operationName", "")).lower() if isinstance(body, dict) else ""
    if named != _OPERATION or not isinstance(variables, dict) or "query" not in body:
        return None
    return str(variables.get("query", ""))


def graphql_response(presented: PresentedHome | None) -> dict[str, Any]:
    """The response body: regions and schools are listed among the addresses."""
    found: list[dict[str, Any]] = [_address_entry(text) for text in suggested(presented)] if presented else []
    if presented and presented.rng("graph region").chance(0.5):
        region = {"__typename": "SearchAssistanceRegionResult", "id": presented.home.address.city, "regionId": 40326}
        found.insert(0, region | {"subType": "CITY"})
    return {"data": {"searchAssistanceResult": {"requestId": 1, "results": found}}}


def graphql_error() -> dict[str, Any]:
    """GraphQL's error for a request that it cannot parse."""
    return {"errors": [{"message": "Must provide query string."}]}


def _address_entry(text: str) -> dict[str, Any]:
    """An address as this operation writes it, without a comma before the city: `3538 Sample St Phoenix, AZ 85032`."""
    address = parse_address(text)
    place = ", ".join(filter(None, (address.city, f"{address.state} {address.zip}".strip())))
    return {"__typename": "SearchAssistanceAddressResult", "id": f"{address.street} {place}".strip()}
