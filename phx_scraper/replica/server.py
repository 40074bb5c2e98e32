"""The HTTP server: `/HOST/PATH?QUERY` is answered by the source that owns HOST."""

from __future__ import annotations

import asyncio
import contextlib
import math
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from phx_scraper.errors import UsageError
from phx_scraper.replica.cache_warming import warm
from phx_scraper.replica.options import Options
from phx_scraper.replica.presented_sources import PRESENTED_SOURCES
from phx_scraper.replica.responses import empty_shell, forbidden, not_found
from phx_scraper.replica.scripted_pages import frame_script, framed
from phx_scraper.replica.start_pages import start_page
from phx_scraper.replica.state import Handler, State
from phx_scraper.replica.truth import check_changes

if TYPE_CHECKING:
    from phx_scraper.replica.front.server import Front

READY = "replica ready at "

WebHandler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_app(state: State) -> web.Application:
    """The application of one server."""
    handlers = {
        host: (name, handler) for name, source in PRESENTED_SOURCES.items() for host, handler in source.routes().items()
    }
    app = web.Application()
    app.router.add_get("/_replica/stats", _report(state.stats.report))
    app.router.add_get("/_replica/urls", _report(state.stats.urls))
    app.router.add_get("/_replica/times", _report(state.stats.times))
    app.router.add_get("/_replica/requests", _report(state.recorder.report))
    app.router.add_post("/_replica/reset", _reset(state))
    app.router.add_post("/_replica/hold", _hold(state))
    app.router.add_post("/_replica/release", _release(state))
    for add in (app.router.add_get, app.router.add_post):
        add("/{host}{path:(/.*)?}", _dispatch(state, handlers))
    return app


def _report(read: Callable[[], object]) -> WebHandler:
    async def report(request: web.Request) -> web.StreamResponse:
        return web.json_response(read())

    return report


def _reset(state: State) -> WebHandler:
    async def reset(request: web.Request) -> web.StreamResponse:
        state.stats.reset()
        state.recorder.clear()
        return web.json_response({})

    return reset


def _hold(state: State) -> WebHandler:
    async def hold(request: web.Request) -> web.StreamResponse:
        state.held.hold(request.query.get("kind", ""), int(request.query["number"]))
        return web.json_response({})

    return hold


def _release(state: State) -> WebHandler:
    async def release(request: web.Request) -> web.StreamResponse:
        state.held.release()
        return web.json_response({})

    return release


def _dispatch(state: State, handlers: dict[str, tuple[str, Handler]]) -> WebHandler:
    async def dispatch(request: web.Request) -> web.StreamResponse:
        host, path = request.match_info["host"].lower(), request.match_info["path"] or "/"
        source, handler = handlers.get(host, ("", _unknown))
        if source:
            state.stats.note_time(host)
        response = await _answer(state, request, source, handler if source in state.options.sources else _unknown, path)
        await state.held.pass_on()
        state.stats.count_response(response.status)
        return response

    return dispatch


async def _answer(state: State, request: web.Request, source: str, handler: Handler, path: str) -> web.StreamResponse:
    options = state.options
    latency = options.latency + dict(options.slow).get(source, 0.0)
    if latency:
        await asyncio.sleep(latency / 1000)
    count_source_request = state.stats.count_source_request(source) if source else 0
    for table, refuse in ((options.refuse, forbidden), (options.stub, empty_shell)):
        if count_source_request >= dict(table).get(source, math.inf):
            state.stats.count_request(request.match_info["host"].lower(), "refused")
            return refuse()
    start = start_page(request.match_info["host"].lower(), path) if source else None
    if start is not None:
        state.stats.count_request(request.match_info["host"].lower(), "other")
        return start
    return frame_script(options, path) or framed(options, source, request, await handler(state, request, path))


async def _unknown(state: State, request: web.Request, path: str) -> web.StreamResponse:
    state.stats.count_request("unknown", "other")
    return not_found()


def serve(options: Options) -> None:
    """Serve until SIGTERM or Ctrl-C; one line with the URL is printed when ready. Raises UsageError for a bad port."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))


async def _serve(options: Options) -> None:
    state = State.start(options)
    check_changes(options)
    runner = web.AppRunner(build_app(state), access_log=None, shutdown_timeout=0.5)
    front = _front(state)
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    try:
        await runner.setup()
        await _listen(runner, options)
        await warm(state)
        host, port = runner.addresses[0][:2]
        urls = [f"http://{host}:{port}"]
        if front is not None:
            urls.append(await front.start(urls[0]))
        sys.stdout.write(f"{READY}{' '.join(urls)}\n")
        sys.stdout.flush()
        await stopped.wait()
    finally:
        if front is not None:
            await front.close()
        state.store.close()
        await runner.cleanup()


def _front(state: State) -> Front | None:
    """The front where the options want one. Raises UsageError without the library that it needs."""
    if state.options.tls_port is None:
        return None
    try:
        from phx_scraper.replica.front.server import Front
    except ModuleNotFoundError as error:
        raise UsageError(f"the port for TLS needs {error.name}: pip install 'phx-scraper[dev]'") from error
    return Front(state)


async def _listen(runner: web.AppRunner, options: Options) -> None:
    try:
        await web.TCPSite(runner, options.host, options.port).start()
    except (OSError, OverflowError) as error:
        raise UsageError(f"cannot listen on {options.host}:{options.port}: {error}") from error
