"""phx_scraper: every listing photo of Phoenix-area homes, each once, in its best copy, and only of the right home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from phx_scraper.version import __version__ as __version__

if TYPE_CHECKING:
    from phx_scraper.orchestrator import (
        ExtractionProgress,
        ExtractionResult,
        FailedVisit,
        ImageExtractionOrchestrator,
        ImageMetadata,
        ImageSource,
        Property,
        PropertyLoader,
        SourceStats,
    )

__all__ = [
    "ExtractionProgress",
    "ExtractionResult",
    "FailedVisit",
    "ImageExtractionOrchestrator",
    "ImageMetadata",
    "ImageSource",
    "Property",
    "PropertyLoader",
    "SourceStats",
]


def __getattr__(name: str) -> Any:
    """The Python API, imported only where it is asked for: every command and worker imports this package."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from phx_scraper import orchestrator

    return getattr(orchestrator, name)
