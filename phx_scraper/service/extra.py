"""The extra `[service]`: what it brings is imported only where it is needed."""

from __future__ import annotations

from importlib.util import find_spec

from phx_scraper.errors import UsageError

NEEDED = ("redis", "rq")


NEEDED_BY_API = ("fastapi", "uvicorn", "python_multipart")


def need_api() -> None:
    """Raises UsageError where the extra is not installed."""
    missing = [name for name in NEEDED_BY_API if find_spec(name) is None]
    if missing:
        raise UsageError(
            f'{" and ".join(missing)} not here: pip install "phx-scraper[service]" brings what the API needs'
        )


def need_service(url: str) -> None:
    """Raises UsageError where the extra is not installed, or no Redis is set."""
    need_packages(*NEEDED)
    if not url:
        raise UsageError(
            "no Redis is set, which tells workers of jobs: set PHX_REDIS_URL, as in redis://127.0.0.1:6379/0"
        )


def need_packages(*names: str) -> None:
    """Raises UsageError where one of these packages is not installed."""
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise UsageError(
            f'{" and ".join(missing)} not here: pip install "phx-scraper[service]" brings what services need'
        )
