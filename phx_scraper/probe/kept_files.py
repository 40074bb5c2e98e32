"""What a probe leaves on disk: evidence, and fixtures where they are wanted; trouble with them is told, not raised."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from phx_scraper.errors import StorageError
from phx_scraper.probe.evidence import keep_evidence
from phx_scraper.probe.fixture_candidate import NotSaved, save_fixture
from phx_scraper.probe.source_probe import SourceProbe
from phx_scraper.storage.files.folder_store import FolderStore


class KeptFiles:
    """The files of one probe; `troubles` are sentences about those that could not be written."""

    def __init__(self, root: Path, secrets: Collection[str]) -> None:
        self._root, self._secrets = root, secrets
        self.troubles: list[str] = []

    def keep(self, began: datetime, probes: Sequence[SourceProbe], report: Mapping[str, Any]) -> str | None:
        """The folder of the evidence, None where it could not be written."""
        exchanges = {probe.source: probe.exchanges for probe in probes}
        try:
            return str(self._root / keep_evidence(FolderStore(self._root), began, exchanges, report, self._secrets))
        except StorageError as error:
            self.troubles.append(f"the evidence is not kept: {error}")
            return None

    def save(self, folder: Path, name: str, probes: Iterable[SourceProbe]) -> list[str]:
        """The folders of the saved pages: one for each source that has shown a page of the home."""
        saved = []
        for page in (probe.page for probe in probes if probe.page is not None):
            try:
                saved.append(str(save_fixture(folder, name, page, self._secrets)))
            except NotSaved as error:
                self.troubles.append(str(error))
            except OSError as error:
                self.troubles.append(f"{error.filename} cannot be written ({error.strerror})")
        return saved
