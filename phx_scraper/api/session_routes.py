"""Signing in with a key, for browsers: the key is shown once, and a cookie that scripts cannot read stands for it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from phx_scraper.api.api_context import context_of
from phx_scraper.api.authentication import Caller, check, client_of
from phx_scraper.api.forms import form_of, text_of
from phx_scraper.api.problems import RequestRefused
from phx_scraper.api.web_pages import page
from phx_scraper.errors import KeyRefused
from phx_scraper.service import key_sessions
from phx_scraper.service.api_keys import SESSION_SECONDS

COOKIE = "phx_session"
START = "/operations"
_SEE_OTHER = 303
_FIELD_BYTES = 8 * 1024

router = APIRouter(include_in_schema=False)


def session(request: Request) -> Caller:
    """Who has signed in. Raises HTTPException, which leads to the page for that, and RequestRefused for its scopes."""
    context, name = context_of(request), request.cookies.get(COOKIE, "")
    try:
        key = key_sessions.key_of(context.catalogue, name)
    except KeyRefused as error:
        raise HTTPException(_SEE_OTHER, str(error), {"Location": "/login"}) from error
    context.uses.note(key.key_id)
    request.scope["state"] |= {"key_id": key.key_id, "visitor": (key, key_sessions.form_token(name))}
    return Caller(context, key, client_of(request))


Visitor = Annotated[Caller, Depends(session)]


def same_origin(request: Request) -> None:
    """Browsers say where a form comes from; whoever says nothing is no browser, and has no cookie to be abused."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and _host_of(origin) != request.headers.get("host", "")
    if foreign or site not in {"same-origin", "none"}:
        raise RequestRefused(403, "this form came from another site: open the page here")


SameOrigin = Depends(same_origin)


async def own_form(request: Request, _origin: Annotated[None, SameOrigin], _caller: Visitor) -> FormData:
    """A form of a page of this session, read for those only who have one. Raises RequestRefused for any other."""
    form = await _small_form(request)
    token = text_of(form, "token", 100)
    if not token or token != key_sessions.form_token(request.cookies.get(COOKIE, "")):
        raise RequestRefused(403, "this form is not of a page of this session: open the page anew")
    return form


async def key_form(request: Request, _origin: Annotated[None, SameOrigin]) -> FormData:
    """The form with the key, of which nothing is known before it is read."""
    return await _small_form(request)


async def _small_form(request: Request) -> FormData:
    # Not by FastAPI's `Form`: that reads a form of any number of fields before it asks who has sent it, and says of a
    # body that is refused meanwhile that it cannot be parsed.
    async with form_of(request, most_files=0, part_bytes=_FIELD_BYTES) as form:
        return form


OwnForm = Annotated[FormData, Depends(own_form)]
KeyForm = Annotated[FormData, Depends(key_form)]


@router.get("/login")
def ask_for_key() -> Response:
    """The page with the field for a key."""
    return page("login.html.j2", problem="")


@router.post("/login")
def sign_in(request: Request, form: KeyForm) -> Response:
    """Begin a session; a wrong key is counted as it is elsewhere."""
    key = text_of(form, "key", 1000).strip()
    try:
        name = _begun(Caller(context_of(request), check(request, key), client_of(request)))
    except RequestRefused as error:
        return page("login.html.j2", error.status, problem=str(error))
    answer = RedirectResponse(START, _SEE_OTHER)
    is_tls = "https" in {request.url.scheme, request.headers.get("x-forwarded-proto", "")}
    answer.set_cookie(
        COOKIE, name, max_age=int(SESSION_SECONDS), httponly=True, samesite="strict", secure=is_tls, path="/"
    )
    return answer


def _begun(caller: Caller) -> str:
    """The name of a new session. Raises RequestRefused where the key was revoked since it was looked at."""
    with caller.changing():
        return key_sessions.begin(caller.context.catalogue, caller.key.key_id, caller.noting("sign in", _SEE_OTHER))


@router.post("/logout")
def sign_out(request: Request, caller: Visitor, _form: OwnForm) -> Response:
    """End the session."""
    key_sessions.end(caller.context.catalogue, request.cookies[COOKIE])
    caller.note("sign out", "", _SEE_OTHER)
    answer = RedirectResponse("/login", _SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
