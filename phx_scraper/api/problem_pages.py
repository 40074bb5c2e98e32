"""Problems of the pages for people, as pages: a browser that asks for one is not answered with JSON."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import Request
from starlette.responses import Response

from phx_scraper.api.web_pages import page

Handler = Callable[[Request, Exception], Awaitable[Response]]

_FOR_PEOPLE = {"operations", "gallery", "login", "logout"}
_OF_THE_DOCUMENT = {"content-type", "content-length"}


def shown_to_people(handler: Handler) -> Handler:
    """The same handler, whose problem documents are pages where a browser asked for a page."""

    async def handled(request: Request, error: Exception) -> Response:
        answer = await handler(request, error)
        return (
            _as_page(request, answer)
            if answer.status_code >= HTTPStatus.BAD_REQUEST and _wants_page(request)
            else answer
        )

    return handled


def _wants_page(request: Request) -> bool:
    first = request.scope["path"].split("/")[1:2]
    return first != [] and first[0] in _FOR_PEOPLE and "text/html" in request.headers.get("accept", "")


def _as_page(request: Request, answer: Response) -> Response:
    told = json.loads(bytes(answer.body))
    values = {name: told[name] for name in ("title", "detail", "request_id")}
    # Of whoever has signed in: the page has the frame of the others.
    key, token = request.scope.get("state", {}).get("visitor", (None, ""))
    tab = f"/{request.scope['path'].split('/')[1]}"
    made = page("problem.html.j2", answer.status_code, key=key, token=token, tab=tab, **values)
    made.headers.update({name: value for name, value in answer.headers.items() if name not in _OF_THE_DOCUMENT})
    return made
