"""Options of the replica; equal values give equal responses and equal truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from phx_scraper.errors import UsageError
from phx_scraper.replica.scenarios import SCENARIOS
from phx_scraper.sources import SOURCES

MIN_WIDTH = 384
MAX_WIDTH = FULL_WIDTH = 1536
MIN_UNCROPPED = 800
"""Below this width Zillow lists only files cropped to 4:3."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the replica behaves. A wrong value raises UsageError.

    `photos` is the least and the most pictures of a gallery; `width` the widest variant listed, in pixels; `latency`
    is added to every response, in milliseconds. `kinds` names scenarios: None presents every one at its usual share,
    else only the named ones; `without` excludes some; `only` applies the named ones to every home and no others.
    `cache` is a folder for encoded pictures, `cache_megabytes` limits those held in memory, `workers` threads draw.
    The pictures of the homes in the file `warm` are drawn before serving; those of the file `homes` are only known.
    `changes` is a file of what is another than without it (`changes.py`).

    `sources` are the ones that are served, others are 404. `refuse` holds (source, N) pairs: from its N-th request on
    the source sends 403, and with `stub` 200 with an empty page; the truth takes account of neither. `slow` holds
    (source, milliseconds) pairs.

    `tls_port` opens the front (`replica/front/`) there, 0 for a free port: TLS and HTTP/2 under the sources' own names.
    With `suspicious` it refuses what no browser sends and who asks mostly less than `tolerated_pace` seconds after
    an answer (0: any pace). The content of a `scripted` share (0..1) of listing pages appears only by
    their scripts.
    """

    host: str = "127.0.0.1"
    port: int = 0
    photos: tuple[int, int] = (6, 24)
    width: int = MAX_WIDTH
    latency: float = 0.0
    kinds: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    cache: Path | None = None
    cache_megabytes: int = 512
    warm: Path | None = None
    homes: Path | None = None
    changes: Path | None = None
    workers: int = 2
    sources: tuple[str, ...] = tuple(SOURCES)
    refuse: tuple[tuple[str, int], ...] = ()
    stub: tuple[tuple[str, int], ...] = ()
    slow: tuple[tuple[str, float], ...] = ()
    tls_port: int | None = None
    suspicious: bool = False
    tolerated_pace: float = 0.7
    scripted: float = 0.0

    def __post_init__(self) -> None:
        unknown = sorted({*(self.kinds or ()), *self.without, *self.only} - set(SCENARIOS))
        if unknown:
            raise UsageError(f"the replica has no kind {', '.join(unknown)}; it has {', '.join(SCENARIOS)}")
        if not 0 <= self.photos[0] <= self.photos[1] <= 500:
            raise UsageError(
                f"the number of photos must be 0 to 500, least first, not {self.photos[0]}-{self.photos[1]}"
            )
        if not MIN_WIDTH <= self.width <= MAX_WIDTH:
            raise UsageError(f"the width must be {MIN_WIDTH} to {MAX_WIDTH} pixels, not {self.width}")
        for port in (self.port, self.tls_port or 0):
            if not 0 <= port <= 65535:
                raise UsageError(f"the port must be 0 to 65535, not {port}")
        for latency in (self.latency, *dict(self.slow).values()):
            if not 0 <= latency <= 60_000:
                raise UsageError(f"the latency must be 0 to 60000 milliseconds, not {latency:g}")
        if not all(number >= 1 for _, number in (*self.refuse, *self.stub)):
            raise UsageError("the request from which a source refuses must be at least 1")
        self._check_suspicion()
        _check_sources({*self.sources, *dict(self.refuse), *dict(self.stub), *dict(self.slow)})
        if self.workers < 1 or self.cache_megabytes < 1:
            raise UsageError("workers and cache size must be at least 1")

    def _check_suspicion(self) -> None:
        if not 0 <= self.tolerated_pace <= 3600 or not 0 <= self.scripted <= 1:
            raise UsageError("the tolerated pace must be 0 to 3600 seconds, the scripted share 0 to 1")
        if self.suspicious and self.tls_port is None:
            raise UsageError("only the port for TLS can be suspicious: give that, too")

    def allows(self, scenario: str) -> bool:
        """Whether `scenario` may apply to some homes."""
        if self.only:
            return scenario in self.only
        return (self.kinds is None or scenario in self.kinds) and scenario not in self.without

    def switched_on(self, scenario: str) -> bool:
        """Whether `scenario`, which disables one endpoint of a source, is on."""
        return scenario in self.only

    def arguments(self) -> list[str]:
        """The command-line arguments of these options."""
        words = ["--host", self.host, "--port", str(self.port), "--photos", f"{self.photos[0]}-{self.photos[1]}"]
        words += ["--width", str(self.width), "--latency", str(self.latency), "--workers", str(self.workers)]
        words += ["--cache-megabytes", str(self.cache_megabytes)]
        if self.kinds is not None:
            words += ["--kinds", ",".join(sorted(self.kinds))] if self.kinds else ["--no-kinds"]
        for name, value in (("--without", sorted(self.without)), ("--only", self.only)):
            words += [name, ",".join(value)] if value else []
        files = {"--cache": self.cache, "--warm": self.warm, "--homes": self.homes, "--changes": self.changes}
        for name, path in files.items():
            words += [name, str(path)] if path else []
        words += ["--tls-port", str(self.tls_port)] if self.tls_port is not None else []
        words += ["--suspicious"] if self.suspicious else []
        words += ["--tolerated-pace", str(self.tolerated_pace), "--scripted", str(self.scripted)]
        words += ["--sources", ",".join(self.sources)] if self.sources != tuple(SOURCES) else []
        words += [word for source, number in self.refuse for word in ("--refuse", f"{source}:{number}")]
        words += [word for source, number in self.stub for word in ("--stub", f"{source}:{number}")]
        return words + [word for source, latency in self.slow for word in ("--slow", f"{source}:{latency}")]


def _check_sources(names: set[str]) -> None:
    unknown = sorted(names - set(SOURCES))
    if unknown:
        raise UsageError(f"the source must be one of {', '.join(SOURCES)}, not {', '.join(unknown)}")
