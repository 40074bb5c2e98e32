"""Where a page finds the files of a picture."""

from __future__ import annotations

from phx_scraper.report.report_files import ReportFiles
from phx_scraper.storage.files import paths


def small_picture(files: ReportFiles, path: str, content_hash: str) -> str:
    """The place of what stands in a list of pictures: the thumbnail, the whole picture where that is lacking, empty
    where both are gone.
    """
    return files.picture(paths.thumbnail(content_hash)) or files.picture(path)
