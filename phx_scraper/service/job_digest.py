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
    told = hashlib.sha256(b"[[")
    # Home by home: the text of all of them would be as large as the job.
    for number, home in enumerate(homes):
        text = json.dumps([home.address, dict(home.extras)], sort_keys=True)
        told.update(f"{', ' if number else ''}{text}".encode())
    told.update(f"], {json.dumps(asdict(options), sort_keys=True)}]".encode())
    return told.hexdigest()
