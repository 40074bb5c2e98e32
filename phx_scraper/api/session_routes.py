"""Signing in with a key, for browsers: the key is shown once, and a cookie that scripts cannot read stands for it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from phx_scraper.api.api_context import context_of
from phx_scraper.api.authentication import Caller, check, client_of
from phx_scraper.api.problems import RequestRefused
from phx_scraper.api.web_pages import page
from phx_scraper.errors import KeyRefused
from phx_scraper.service import key_sessions
from phx_scraper.service.api_keys import SESSION_SECONDS

COOKIE = "phx_session"
START = "/operations"
_SEE_OTHER = 303

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


def own_form(request: Request, token: Annotated[str, Form(max_length=100)] = "") -> None:
    """Raises RequestRefused for a form that is not of a page of this session."""
    _same_origin(request)
    if not token or token != key_sessions.form_token(request.cookies.get(COOKIE, "")):
        raise RequestRefused(403, "this form is not of a page of this session: open the page anew")


OwnForm = Depends(own_form)


@router.get("/login")
def ask_for_key() -> Response:
    """The page with the field for a key."""
    return page("login.html.j2", problem="")


@router.post("/login")
def sign_in(request: Request, key: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """Begin a session; a wrong key is counted as it is elsewhere."""
    _same_origin(request)
    try:
        found = check(request, key.strip())
    except RequestRefused as error:
        return page("login.html.j2", error.status, problem=str(error))
    caller = Caller(context_of(request), found, client_of(request))
    _, name = key_sessions.begin(caller.context.catalogue, key.strip())
    caller.note("sign in", "", _SEE_OTHER)
    answer = RedirectResponse(START, _SEE_OTHER)
    is_tls = "https" in {request.url.scheme, request.headers.get("x-forwarded-proto", "")}
    answer.set_cookie(
        COOKIE, name, max_age=int(SESSION_SECONDS), httponly=True, samesite="strict", secure=is_tls, path="/"
    )
    return answer


@router.post("/logout", dependencies=[OwnForm])
def sign_out(request: Request, caller: Visitor) -> Response:
    """End the session."""
    key_sessions.end(caller.context.catalogue, request.cookies[COOKIE])
    caller.note("sign out", "", _SEE_OTHER)
    answer = RedirectResponse("/login", _SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def _same_origin(request: Request) -> None:
    """Browsers say where a form comes from; whoever says nothing is no browser, and has no cookie to be abused."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and _host_of(origin) != request.headers.get("host", "")
    if foreign or site not in {"same-origin", "none"}:
        raise RequestRefused(403, "this form came from another site: open the page here")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
