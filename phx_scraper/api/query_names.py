"""A name in the query that nobody reads is refused: who misspells `status` would be shown all jobs."""

from __future__ import annotations

from fastapi import Request

from phx_scraper.api.allowed_values import at_place, names_of
from phx_scraper.api.problems import RequestRefused
from phx_scraper.api.value_errors import request_schema, values_problem


def check_query(request: Request) -> None:
    """Raises RequestRefused."""
    if not request.query_params:
        return
    schema = request_schema(request)
    known = names_of(at_place(schema, ("query",), {}), {})
    wrong = [name for name in request.query_params if name not in known]
    if wrong:
        found = [{"type": "extra_forbidden", "loc": ("query", name)} for name in wrong]
        detail, errors = values_problem(found, schema)
        raise RequestRefused(422, detail, errors=errors)
