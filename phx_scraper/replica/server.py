"""The HTTP server: `/HOST/PATH?QUERY` is answered by the source that owns HOST."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable

from aiohttp import web

from phx_scraper.errors import UsageError
from phx_scraper.replica.answers import not_found
from phx_scraper.replica.options import Options
from phx_scraper.replica.sources_shown import SHOWN
from phx_scraper.replica.state import Handler, State
from phx_scraper.replica.warm import warm

READY = "replica ready at "


def build_app(state: State) -> web.Application:
    """The application of one server."""
    handlers: dict[str, Handler] = {}
    for source in SHOWN.values():
        handlers |= source.routes()
    app = web.Application()
    app.router.add_get("/_replica/stats", lambda request: _json(state.stats.report()))
    app.router.add_get("/_replica/urls", lambda request: _json(state.stats.urls()))
    app.router.add_post("/_replica/reset", _reset(state))
    app.router.add_get("/{host}{path:(/.*)?}", _dispatch(state, handlers))
    return app


async def _json(value: object) -> web.Response:
    return web.json_response(value)


def _reset(state: State) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def reset(request: web.Request) -> web.StreamResponse:
        state.stats.reset()
        return web.json_response({})

    return reset


def _dispatch(state: State, handlers: dict[str, Handler]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def dispatch(request: web.Request) -> web.StreamResponse:
        host, path = request.match_info["host"].lower(), request.match_info["path"] or "/"
        handler = handlers.get(host)
        if state.options.latency:
            await asyncio.sleep(state.options.latency / 1000)
        if handler is None:
            state.stats.ask("unknown", "other")
            response: web.StreamResponse = not_found()
        else:
            response = await handler(state, request, path)
        state.stats.answer(response.status)
        return response

    return dispatch


def serve(options: Options) -> None:
    """Answer until SIGTERM or Ctrl-C; one line with the URL is printed when ready. Raises UsageError for a bad port."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))


async def _serve(options: Options) -> None:
    state = State.start(options)
    runner = web.AppRunner(build_app(state), access_log=None, shutdown_timeout=0.5)
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    try:
        await runner.setup()
        await _listen(runner, options)
        await warm(state)
        host, port = runner.addresses[0][:2]
        sys.stdout.write(f"{READY}http://{host}:{port}\n")
        sys.stdout.flush()
        await stopped.wait()
    finally:
        state.store.close()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, options: Options) -> None:
    try:
        await web.TCPSite(runner, options.host, options.port).start()
    except (OSError, OverflowError) as error:
        raise UsageError(f"cannot listen on {options.host}:{options.port}: {error}") from error
