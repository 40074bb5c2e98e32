"""Pictures: pure functions from bytes to hashes, standardised copies and duplicate groups; no files, no network.

`process` turns a download into a stored picture; `duplicates.group` decides which of a home's pictures are copies of
one another and which copy is the best.
"""

from __future__ import annotations

import warnings

from phx_scraper.imaging.native_libraries import configure_libraries

configure_libraries()
# Pillow reports odd metadata as process-wide warnings; for us such a file is read or refused. Set once here, because
# switching warnings off around each call would not be thread-safe.
warnings.filterwarnings("ignore", module=r"PIL\.")

from phx_scraper.imaging.image_options import Options  # noqa: E402  (NumPy's threads must be limited before it loads)
from phx_scraper.imaging.process_image import ProcessedImage, process  # noqa: E402

__all__ = ["Options", "ProcessedImage", "process"]
