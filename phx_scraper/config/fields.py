"""Every setting of the project, once: kind and range, default, unit, and the reason for it."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

from phx_scraper.config.listening_host import listening_host
from phx_scraper.config.locations import (
    ReplicaAddress,
    catalogue_place,
    place_of,
    program,
    redis_address,
    replica_address,
)
from phx_scraper.config.proxy_urls import proxy_list
from phx_scraper.config.setting import Setting, setting
from phx_scraper.config.store_places import store_place
from phx_scraper.config.value_kinds import Kind, choice, flag, number, several, whole
from phx_scraper.model.catalogue_place import CataloguePlace, CatalogueServer
from phx_scraper.model.store_place import StorePlace, local_folder


def _workers() -> Kind[int]:
    written = whole(0, 256)
    return Kind(written.allowed, lambda name, value: written.read(name, value) or os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Config:
    """The checked settings of one run. A setting's name is its field's in capitals, all but the first with `PHX_`."""

    images_store: StorePlace = setting(  # noqa: RUF009 - it makes a field
        store_place(),
        "data/images",
        "Folder of everything that is collected, or a bucket: `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX`.",
    )
    catalogue_url: str = setting(
        catalogue_place(),
        "",
        "The catalogue: a path or `sqlite:///PATH` of a file, or `postgresql+psycopg://USER@HOST/DATABASE` (extra"
        " `[service]`); empty: `metadata/catalogue.sqlite` in the store.",
        may_hold_password=True,
    )
    redis_url: str = setting(
        redis_address(),
        "",
        "Redis that tells workers of jobs, and by which crawls share one pace; empty: no jobs; as an environment"
        " variable its password is not shown by `ps`.",
        may_hold_password=True,
    )
    api_host: str = setting(
        listening_host(),
        "127.0.0.1",
        "Where `scrapy api` listens: an IP address of this machine, or its name; 127.0.0.1 is for this machine alone.",
    )
    api_port: int = setting(whole(0, 65535), 8080, "The port of `scrapy api`; 0 = any that is free.")
    concurrent_homes: int = setting(
        whole(1, 1000), 3, "Homes of one source that are in work at the same time.", unit="homes"
    )
    delay_scale: float = setting(
        number(0, 1000),
        1.0,
        "Factor on every pause between requests; 0 waits for nothing (replica and benchmarks only).",
    )
    min_delay: float = setting(
        number(0, 600),
        0.5,
        "Shortest pause between two pages, and between two photos, of a source whose row in `sources.py` asks for no"
        " more.",
        unit="s",
    )
    max_delay: float = setting(
        number(0, 600),
        3.0,
        "Longest such pause, at least `PHX_MIN_DELAY`: most are a second, few are long, as a person's are.",
        unit="s",
    )
    max_home_delay: float = setting(
        number(0, 600),
        8.0,
        "Longest pause before the first page of the next home, at least `PHX_MAX_DELAY`, which is the shortest.",
        unit="s",
    )
    duplicate_distance: int = setting(
        whole(0, 64),
        8,
        "Largest Hamming distance (of 64) at which two pHashes may be one picture: no false pair in 2.3 million.",
        unit="bits",
    )
    duplicate_dhash_distance: int = setting(
        whole(0, 64),
        12,
        "The same of two dHashes, which catch what pHash gets wrong on dark and plain pictures.",
        unit="bits",
    )
    duplicate_rule: str = setting(
        choice("verified", "plain"),
        "verified",
        "`verified`: pictures whose hashes are close are compared on pixels too; `plain`: the hashes alone decide.",
    )
    max_dimension: int = setting(
        whole(16, 20_000),
        1024,
        "Longest side of a stored picture, never enlarged; changed, the next run makes those of its homes anew.",
        unit="pixels",
    )
    image_format: str = setting(
        choice("PNG", "JPEG"),
        "PNG",
        "`PNG` or `JPEG` for stored pictures; changed, the next run makes those of its homes anew.",
    )
    jpeg_quality: int = setting(
        whole(1, 95),
        85,
        "Quality of stored pictures, used with `JPEG` only; changed, the next run makes those of its homes anew.",
    )
    keep_raw: bool = setting(
        flag(), True, "Keep the downloaded bytes below `raw/`: pictures can be made anew from them."
    )
    originals_in_homes: bool = setting(
        flag(),
        False,
        "Whether homes' folders have the originals too, full size and as they came, in `originals/` under the pictures'"
        " numbers; changed, the next run adds or removes them.",
    )
    vision: bool = setting(
        flag(),
        True,
        "Whether pictures that no tag or caption names are looked at, where the extra `[vision]` is installed.",
    )
    min_width: int = setting(
        whole(1, 100_000), 200, "Narrower pictures are icons and end as failures by name.", unit="pixels"
    )
    min_height: int = setting(whole(1, 100_000), 200, "Pictures of less height likewise.", unit="pixels")
    max_pixels: int = setting(
        whole(1, 2_000_000_000),
        60_000_000,
        "Most pixels of a decoded picture; more is a decompression bomb and ends as a failure.",
        unit="pixels",
    )
    max_photo_bytes: int = setting(
        whole(1, 2**31), 50 * 2**20, "Largest body of one photo; the download of a larger one is cut off.", unit="bytes"
    )
    min_free_disk_mb: int = setting(
        whole(0, 10**9),
        500,
        "Space that must stay free below the store: with less a run does not begin, or stops cleanly (exit code 3).",
        unit="MB",
    )
    max_store_gb: float = setting(
        number(0, 10**6),
        0.0,
        "Size of the store, in GB of 2^30 bytes, above which a run does not begin, or stops cleanly (exit code 3);"
        " `scrapy clean` makes room; 0 = no bound.",
        unit="GB",
    )
    image_workers: int = setting(
        _workers(), 0, "Processes that decode, hash and encode pictures; 0 = one per core.", unit="processes"
    )
    decoder_timeout: float = setting(
        number(0, 86_400),
        60,
        "Time for one picture in a decoder's process, which is killed after it; 0 decodes in threads of the crawl,"
        " where a crash of a decoder is the crawl's own.",
        unit="s",
    )
    breaker_failures: int = setting(
        whole(1, 1000),
        3,
        "Refusals or failures (no answer, server errors) in a row, of pages or photos, after which a source is left"
        " alone.",
    )
    breaker_cooldown: float = setting(
        number(0, 10**7),
        300,
        "How long a source is left alone (or for a longer Retry-After) before one home is tried, and after which a"
        " blocked home may be asked for again.",
        unit="s",
    )
    breaker_max_wait: float = setting(
        number(0, 10**7),
        120,
        "How long a run waits in all, with nothing else to do, for sources that are left alone; then it ends with exit"
        " code 1.",
        unit="s",
    )
    max_memory_mb: int = setting(
        whole(0, 10**7),
        0,
        "Memory of the crawl's process above which the run stops cleanly (exit code 3); 0 = no bound.",
        unit="MB",
    )
    stall_seconds: float = setting(
        number(0, 10**7),
        600,
        "Longest time without a finished request or photo while work is in hand, pauses between requests not counted,"
        " then the run stops cleanly (exit code 3); keep it above `DOWNLOAD_TIMEOUT` and `PHX_MAX_RETRY_AFTER`; 0 = no"
        " bound.",
        unit="s",
    )
    fail_on: tuple[str, ...] = setting(
        several("blocked", "error", "shortfall"),
        "blocked,error",
        "What makes the exit code of a crawl 1 (`--fail-on`): a home that was refused or waits for a source, one that"
        " failed, one with fewer photos than its page claims.",
    )
    quiet: bool = setting(
        flag(),
        False,
        "Print nothing but errors, and the summary where the exit code is not 0 (`--quiet`), as cron wants it.",
    )
    report: bool = setting(
        flag(), True, "Write the report's pages after a crawl; False: only `scrapy report` writes them."
    )
    csv_formulas: bool = setting(
        flag(),
        False,
        "Whether CSV feeds keep cells that a spreadsheet would run as formulas; False: they get a leading `'`.",
    )
    proxies: tuple[str, ...] = setting(
        proxy_list(),
        "",
        "Proxies, `http`, `https`, `socks5` or `socks5h://USER:PASSWORD@HOST:PORT`, with commas between; a home keeps"
        " to one, never a way round a refusal; as an environment variable its passwords are not shown by `ps`.",
        may_hold_password=True,
    )
    browser: str = setting(
        choice("auto", "never", "always"),
        "auto",
        "Whether pages may be fetched by a real browser (extra `[browser]`); `auto`: where nothing else reads them.",
    )
    browser_headed: bool = setting(flag(), False, "Run the browser with windows, on a display of its own (Xvfb).")
    browser_path: str = setting(program(), "", "The Chromium to run; empty: the system's, else Playwright's own.")
    browser_memory_mb: int = setting(
        whole(0, 10**7), 1500, "Above it (three times the usual) the browser is started anew; 0 = no bound.", unit="MB"
    )
    offline: bool = setting(
        flag(),
        False,
        "No request leaves: pages and photos come from the folder of `-a pages` alone; what it lacks the next run"
        " without this asks for.",
    )
    max_retry_after: float = setting(
        number(0, 10**7),
        120,
        "Longest Retry-After that is waited for; a longer one ends the visit as blocked.",
        unit="s",
    )
    replica_url: ReplicaAddress | None = setting(  # noqa: RUF009 - it makes a field
        replica_address(),
        "",
        "Replica, `http://HOST:PORT` or `https://HOST:PORT`, that gets every request in place of the live sites.",
        may_hold_password=True,
    )

    @property
    def catalogue(self) -> CataloguePlace:
        """Where the catalogue is, there or not."""
        written = self.catalogue_url or str(local_folder(self.images_store) / "metadata" / "catalogue.sqlite")
        return place_of("PHX_CATALOGUE_URL", written)

    @property
    def catalogue_place(self) -> str:
        """The catalogue as a job folder remembers it: a file as it was named, a server without its password."""
        place = self.catalogue
        return str(place) if isinstance(place, CatalogueServer) else self.catalogue_url or str(place)


def setting_of(field: str) -> str:
    """The name of the setting that a field of `Config` holds."""
    return field.upper() if field == "images_store" else f"PHX_{field.upper()}"


FIELDS: dict[str, Setting] = {setting_of(field.name): field.metadata["setting"] for field in fields(Config)}
