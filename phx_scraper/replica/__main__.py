"""`python -m phx_scraper.replica`: serve, or print the truth."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from phx_scraper.errors import PhxError, UsageError
from phx_scraper.replica.changes import COLUMNS
from phx_scraper.replica.options import Options
from phx_scraper.replica.scenarios import SCENARIOS
from phx_scraper.replica.server import serve
from phx_scraper.replica.truth import truth

_DESCRIPTION = (
    "Stands in for the real sites on this machine: /HOST/PATH?QUERY answers as https://HOST/PATH?QUERY would."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with the command line's arguments; returns the exit code (2 after a wrong use)."""
    parsed = _parser().parse_args(arguments)
    try:
        return _run(parsed)
    except BrokenPipeError:
        # The reader closed the pipe (`| head`); at exit Python would flush standard output again, and fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PhxError as error:
        sys.stderr.write(f"replica: {error}\n")
        return 2


def _run(parsed: argparse.Namespace) -> int:
    if parsed.list_kinds:
        for scenario in SCENARIOS.values():
            outcome = f": {scenario.outcome}" if scenario.outcome else ""
            sys.stdout.write(f"{scenario.name:24}{scenario.group:18}{scenario.share:6.1%}  {scenario.text}{outcome}\n")
        return 0
    options = _options(parsed)
    if parsed.truth is not None:
        json.dump(truth(parsed.truth, options), sys.stdout, indent=1)
        sys.stdout.write("\n")
        return 0
    serve(options)
    return 0


def read_options(arguments: Sequence[str]) -> Options:
    """The options that a command line means; raises UsageError."""
    return _options(_parser().parse_args(arguments))


def _options(parsed: argparse.Namespace) -> Options:
    defaults = Options()
    return Options(
        host=parsed.host,
        port=parsed.port,
        photos=_span(parsed.photos),
        width=parsed.width,
        latency=parsed.latency,
        kinds=frozenset() if parsed.no_kinds else frozenset(_names(parsed.kinds)) if parsed.kinds is not None else None,
        without=frozenset(_names(parsed.without)),
        only=tuple(_names(parsed.only)),
        cache=parsed.cache,
        cache_megabytes=parsed.cache_megabytes,
        warm=parsed.warm,
        homes=parsed.homes,
        changes=parsed.changes,
        workers=parsed.workers,
        sources=tuple(_names(parsed.sources)) if parsed.sources is not None else defaults.sources,
        refuse=tuple((name, int(number)) for name, number in _pairs("--refuse", parsed.refuse)),
        stub=tuple((name, int(number)) for name, number in _pairs("--stub", parsed.stub)),
        slow=tuple(_pairs("--slow", parsed.slow)),
        tls_port=parsed.tls_port,
        suspicious=parsed.suspicious,
        tolerated_pace=parsed.tolerated_pace,
        scripted=parsed.scripted,
    )


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _pairs(option: str, texts: list[str]) -> list[tuple[str, float]]:
    try:
        return [(name, float(number)) for name, _, number in (text.partition(":") for text in texts)]
    except ValueError as error:
        raise UsageError(f"{option} must be SOURCE:NUMBER, not {', '.join(texts)}") from error


def _span(text: str) -> tuple[int, int]:
    least, _, most = text.partition("-")
    try:
        return int(least), int(most or least)
    except ValueError as error:
        raise UsageError(f"--photos is a number or MIN-MAX, not {text}") from error


def _parser() -> argparse.ArgumentParser:
    defaults = Options()
    parser = argparse.ArgumentParser(prog="python -m phx_scraper.replica", description=_DESCRIPTION)
    add = parser.add_argument
    add("--host", default=defaults.host, help="address to listen on (default %(default)s)")
    add("--port", type=int, default=8765, help="port to listen on, 0 for a free one (default %(default)s)")
    add("--tls-port", type=int, metavar="PORT", help="answer https with HTTP/2 there too, 0 for a free port")
    add("--suspicious", action="store_true", help="there: refuse clients that are no browser, or too quick")
    add(
        "--tolerated-pace",
        type=float,
        default=defaults.tolerated_pace,
        metavar="S",
        help="seconds after an answer in which the suspicious one suffers few requests (default %(default)s; 0: any)",
    )
    add("--scripted", type=float, default=0.0, metavar="SHARE", help="share of its pages that need a script to run")
    add("--truth", metavar="HOMES.CSV", help="print as JSON what a perfect collector ends with, and stop")
    add("--photos", default="6-24", metavar="N|MIN-MAX", help="pictures of a gallery (default %(default)s)")
    add("--width", type=int, default=defaults.width, help="widest variant in pixels (default %(default)s)")
    add("--latency", type=float, default=0.0, metavar="MS", help="milliseconds added to every answer")
    add("--kinds", metavar="A,B", help="show these kinds only, each at its usual share")
    add("--no-kinds", action="store_true", help="every home an ordinary listing")
    add("--without", metavar="A,B", help="leave these kinds out")
    add("--only", metavar="A,B", help="every home shows these kinds and no others (the only way to those of share 0)")
    add("--list-kinds", action="store_true", help="print the kinds and their shares, and stop")
    kept = os.environ.get("REPLICA_CACHE")
    add("--cache", type=Path, default=kept, metavar="DIR", help="keep encoded pictures here too (or: REPLICA_CACHE)")
    add(
        "--cache-megabytes",
        type=int,
        default=defaults.cache_megabytes,
        help="encoded pictures held in memory (default %(default)s)",
    )
    add("--warm", type=Path, metavar="HOMES.CSV", help="draw the best pictures of these homes before serving")
    add("--homes", type=Path, metavar="HOMES.CSV", help="know these homes from the start")
    add("--changes", type=Path, metavar="CHANGES.CSV", help=f"what is another by now: {','.join(COLUMNS)}")
    add("--sources", metavar="A,B", help=f"answer for these sources only (default {','.join(defaults.sources)})")
    add("--refuse", action="append", default=[], metavar="SOURCE:N", help="403 from this source's N-th request on")
    add("--stub", action="append", default=[], metavar="SOURCE:N", help="200 with an empty shell from its N-th on")
    add("--slow", action="append", default=[], metavar="SOURCE:MS", help="milliseconds added to this source's answers")
    add("--workers", type=int, default=defaults.workers, help="threads that draw (default %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
