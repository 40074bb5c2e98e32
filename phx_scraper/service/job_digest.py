"""What a request asked for, in one value: the same request is the same job, another one of its name is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from phx_scraper.model.job import JobOptions
from phx_scraper.storage.catalogue.job_rows import NewHome


def digest_of(homes: Sequence[NewHome], options: JobOptions) -> str:
    """SHA-256 of the homes, with what their list says of each, and the options."""
    told = [[[home.address, dict(home.extras)] for home in homes], asdict(options)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
