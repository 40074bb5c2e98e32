"""A folder of pages that a person's browser saved: what it holds, and each page and picture of it again."""

from phx_scraper.downloader.saved_pages.folder import SavedFolder, read_folder
from phx_scraper.downloader.saved_pages.records import SavedAnswer, SavedPage, SavedPicture, UnusedFile

__all__ = ["SavedAnswer", "SavedFolder", "SavedPage", "SavedPicture", "UnusedFile", "read_folder"]
