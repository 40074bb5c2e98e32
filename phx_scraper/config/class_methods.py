"""What Scrapy calls of the classes that settings name: one without it would fail in the middle of a crawl."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

_QUEUE = ("push", "pop", "close", "__len__")

ALL: Mapping[str, tuple[str, ...]] = {
    "DOWNLOADER": ("fetch", "needs_backout"),
    "DOWNLOAD_HANDLERS": ("download_request",),
    "DUPEFILTER_CLASS": ("open", "request_seen", "close"),
    "FEED_EXPORTERS": ("start_exporting", "export_item", "finish_exporting"),
    "FEED_STORAGES": ("open", "store"),
    "HTTPCACHE_POLICY": ("should_cache_request", "should_cache_response"),
    "HTTPCACHE_STORAGE": ("retrieve_response", "store_response"),
    "ITEM_PIPELINES": ("process_item",),
    "ITEM_PROCESSOR": ("process_item_async", "open_spider_async"),
    "LOG_FORMATTER": ("crawled", "scraped", "dropped", "item_error", "spider_error", "download_error"),
    "REQUEST_FINGERPRINTER_CLASS": ("fingerprint",),
    "ROBOTSTXT_PARSER": ("allowed",),
    "SCHEDULER": ("enqueue_request", "next_request", "has_pending_requests"),
    "SCHEDULER_DISK_QUEUE": _QUEUE,
    "SCHEDULER_MEMORY_QUEUE": _QUEUE,
    "SCHEDULER_PRIORITY_QUEUE": _QUEUE,
    "SCHEDULER_START_DISK_QUEUE": _QUEUE,
    "SCHEDULER_START_MEMORY_QUEUE": _QUEUE,
    "SPIDER_CONTRACTS": ("add_pre_hook", "add_post_hook", "adjust_request_args"),
    "SPIDER_LOADER_CLASS": ("load", "list", "find_by_request"),
    "STATS_CLASS": ("get_value", "set_value", "inc_value", "open_spider", "close_spider"),
    "TWISTED_DNS_RESOLVER": ("install_on_reactor",),
}
"""Setting -> methods that its class has in any case."""
ANY: Mapping[str, tuple[str, ...]] = {
    "ADDONS": ("update_settings", "update_pre_crawler_settings"),
    "DOWNLOADER_MIDDLEWARES": ("process_request", "process_response", "process_exception"),
    "SPIDER_MIDDLEWARES": (
        "process_start",
        "process_spider_input",
        "process_spider_output",
        "process_spider_output_async",
        "process_spider_exception",
    ),
}
"""Setting -> methods of which its class has one at least."""
BASES: Mapping[str, str] = {
    "ASYNCIO_EVENT_LOOP": "AbstractEventLoop",
    "RETRY_EXCEPTIONS": "Exception",
    "TWISTED_REACTOR": "AsyncioSelectorReactor",
}
"""Setting -> the class that its class is, or inherits from."""
FUNCTIONS = ("FEED_URI_PARAMS",)
"""A function stands there."""


def lack_of(name: str, found: Any) -> str:
    """What a class lacks for this setting, empty where nothing is."""
    if not inspect.isclass(found):
        return "" if callable(found) and name in FUNCTIONS else "it is no class"
    base = BASES.get(name, "object")
    if base not in {one.__name__ for one in found.__mro__}:
        return f"it is no {base}"
    lacking = next((method for method in ALL.get(name, ()) if not hasattr(found, method)), None)
    if lacking:
        return f"it has no {lacking}()"
    one_of = ANY.get(name, ())
    if one_of and not any(hasattr(found, method) for method in one_of):
        return f"it has none of {', '.join(f'{method}()' for method in one_of)}"
    return ""
