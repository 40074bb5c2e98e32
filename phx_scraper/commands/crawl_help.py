"""What `scrapy crawl -h` says of arguments and settings."""

from __future__ import annotations

from phx_scraper.config.fields import FIELDS
from phx_scraper.config.setting import Setting

ARGUMENTS = {
    "addresses=FILE": "the list of homes, a CSV; - reads standard input",
    'address="…"': "one home, or several separated by ;",
    "sources=a,b": "of the spider's sources, only these",
    "limit=N": "only the first N homes",
    "refresh_days=7": "age at which a finished home is looked at again; 0 = always",
    "force=1": "fetch again whatever is known",
    "fresh=1": "forget the outcomes of these homes first",
    "dry_run=1": "find listings and list their photos; download and write nothing",
    "pages=FOLDER": "pages that you saved in your own browser come first",
}
MOST_USED = (
    *("IMAGES_STORE", "PHX_IMAGE_FORMAT", "PHX_MAX_DIMENSION", "PHX_ORIGINALS_IN_HOMES", "PHX_CONCURRENT_HOMES"),
    *("PHX_DELAY_SCALE", "PHX_DUPLICATE_RULE", "PHX_MIN_FREE_DISK_MB", "PHX_MAX_STORE_GB", "PHX_MAX_MEMORY_MB"),
    *("PHX_BREAKER_COOLDOWN", "PHX_BREAKER_MAX_WAIT", "PHX_BROWSER", "PHX_OFFLINE", "PHX_PROXIES", "PHX_REPLICA_URL"),
)
"""Settings that are shown in README and help; docs/settings.md has all."""


def settings_rows() -> dict[str, str]:
    """Name -> default and meaning of the settings most used."""
    return {name: f"{about.reason} (default {_default(about)})" for name, about in FIELDS.items() if name in MOST_USED}


def _default(about: Setting) -> str:
    written = "empty" if about.default == "" else str(about.default)
    return f"{written} {about.unit}".strip()
