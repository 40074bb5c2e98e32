"""`-a pages`: the folder of pages that a person saved, checked before anything is begun."""

from __future__ import annotations

from pathlib import Path

from phx_scraper.errors import UsageError


def checked_pages(text: str) -> Path:
    """The folder of `-a pages`. Raises UsageError where it cannot be read or is empty, as a mistaken one may be."""
    folder = Path(text)
    try:
        folder = folder.expanduser()
        is_empty = next(folder.iterdir(), None) is None
    except FileNotFoundError:
        problem = "there is no such folder"
    except NotADirectoryError:
        problem = "it is a file"
    except (OSError, ValueError, RuntimeError) as error:
        problem = f"it cannot be read ({getattr(error, 'strerror', None) or error})"
    else:
        problem = "it is empty" if is_empty else ""
    if not text.strip() or problem:
        raise UsageError(f"-a pages={text}: {problem or 'no name'}; name the folder that holds the saved pages")
    return folder
