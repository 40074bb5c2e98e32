"""The sources as an enumeration, for programs."""

from __future__ import annotations

from enum import StrEnum


class ImageSource(StrEnum):
    """A source; its value is the name that the command line uses."""

    ZILLOW = "zillow"
    REDFIN = "redfin"
    MARICOPA_ASSESSOR = "maricopa_assessor"
    PHOENIX_MLS = "phoenix_mls"
