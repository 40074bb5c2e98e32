"""`scrapy metrics`: what Prometheus is told by the API, for machines that have none."""

from __future__ import annotations

import argparse
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.config.reading import read_config
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.service.extra import need_packages
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.storage.files.open_store import open_store

_PATIENCE = 600.0
"""Seconds: whoever asks once has nothing that was read before."""


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 printed, also where a part is down, which a metric tells, 2 wrong use, or no catalogue."""

    description = "Print metrics of the collection and its jobs in Prometheus' text format"
    usage, most_arguments = "[options]", 0
    too_many = "metrics takes options only, for example: scrapy metrics > phx.prom"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read and print."""
        config = read_config(self.settings)
        need_packages("prometheus_client", *(("redis", "rq") if config.redis_url else ()))
        from phx_scraper.service.job_service import Service
        from phx_scraper.service.metrics import metrics_text
        from phx_scraper.service.redis_queue import RedisQueue

        queue = RedisQueue(config.redis_url) if config.redis_url else None
        with opened_to_read(existing_catalogue(config)) as catalogue:
            store = open_store(config.images_store, changes=False)
            text = metrics_text(Service(catalogue, queue), store, _PATIENCE).decode()
        self.tell(_document(text), text)
        return ALL_CLEAR


def _document(text: str) -> dict[str, list[dict[str, Any]]]:
    from prometheus_client.parser import text_string_to_metric_families

    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {"metrics": [{"name": one.name, "labels": one.labels, "value": one.value} for one in samples]}
