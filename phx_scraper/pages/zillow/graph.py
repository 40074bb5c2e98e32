"""Zillow's newer autocomplete: a GraphQL operation of the pages' host, which returns addresses without zpids."""

from __future__ import annotations

import json

from phx_scraper.errors import NotUnderstood
from phx_scraper.pages.html_and_json import json_text, load_json
from phx_scraper.pages.json_values import objects, text, value_at

REFERER = "https://www.zillow.com/homes/for_sale/"
HEADERS = {"Content-Type": "application/json", "x-caller-id": "static-search-page-graphql"}

_OPERATION = "GetAutocompleteResults"
_ADDRESS = "SearchAssistanceAddressResult"
_KINDS = ["FORSALE", "RENTALS", "SOLD"]
# The query text is sent with each request; a stored query on the server could become outdated.
_QUERY = (
    f"query {_OPERATION}($query: String!, $resultType: [SearchAssistanceResultType]) "
    "{ searchAssistanceResult: zgsAutocompleteRequest(query: $query, resultType: $resultType) "
    f"{{ requestId results {{ __typename ... on {_ADDRESS} {{ id }} }} }} }}"
)


def graph_url() -> str:
    """The URL to which `graph_body` is posted."""
    return f"https://www.zillow.com/zg-graph?operationName={_OPERATION}"


def graph_body(address: str) -> bytes:
    """The request for an address, as JSON."""
    variables = {"query": address, "resultType": _KINDS}
    return json.dumps({"operationName": _OPERATION, "query": _QUERY, "variables": variables}).encode()


def read_graph(body: bytes, status: int = 200) -> tuple[str, ...]:
    """The addresses in the answer, as Zillow writes them; regions and schools are skipped.

    Raises NotUnderstood(`searchAssistanceResult` or `status`).
    """
    if status != 200:
        raise NotUnderstood("status", str(status))
    results = value_at(load_json(json_text(body), "zg-graph"), "data", "searchAssistanceResult", "results")
    if not isinstance(results, list):
        raise NotUnderstood("searchAssistanceResult")
    named = (text(one.get("id")) for one in objects(results) if text(one.get("__typename")) == _ADDRESS)
    return tuple(filter(None, named))
