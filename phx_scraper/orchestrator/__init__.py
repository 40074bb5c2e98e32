"""The Python API: collect photos of homes, and ask the catalogue, from a program."""

from __future__ import annotations

from phx_scraper.orchestrator.extraction_result import ExtractionResult, FailedVisit, SourceStats
from phx_scraper.orchestrator.image_extraction import ExtractionProgress, ImageExtractionOrchestrator
from phx_scraper.orchestrator.image_metadata import ImageMetadata
from phx_scraper.orchestrator.image_source import ImageSource
from phx_scraper.orchestrator.listed_property import Property, PropertyLoader

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
