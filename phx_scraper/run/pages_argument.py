"""`-a pages`: the folder of pages that a person saved, checked before anything is begun; what else is read from."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from phx_scraper.config.fields import Config
from phx_scraper.errors import UsageError
from phx_scraper.model.store_place import StorePlace, local_folder


def expanded(text: str) -> Path:
    """The path with the home of a person in place of `~`; as it stands where there is no such person."""
    with suppress(RuntimeError):
        return Path(text).expanduser()
    return Path(text)


def inputs(given: Mapping[str, str], store: StorePlace) -> dict[str, Path]:
    """What a crawl reads or works in and must not move away, by its name for people."""
    folders = {"the data folder": local_folder(store), "the working folder": Path.cwd()}
    named = {"the folder of saved pages": given.get("pages", ""), "the list of addresses": given.get("addresses", "")}
    return folders | {name: expanded(text) for name, text in named.items() if text and "\0" not in text}


def checked_pages(text: str) -> Path:
    """The folder of `-a pages`. Raises UsageError where it cannot be read or is empty, as a mistaken one may be."""
    folder = expanded(text)
    try:
        is_empty = next(folder.iterdir(), None) is None
    except FileNotFoundError:
        problem = "there is no such folder"
    except NotADirectoryError:
        problem = "it is a file"
    except (OSError, ValueError) as error:
        problem = f"it cannot be read ({getattr(error, 'strerror', None) or error})"
    else:
        problem = "it is empty" if is_empty else ""
    if not text.strip() or problem:
        raise UsageError(f"-a pages={text}: {problem or 'no name'}; name the folder that holds the saved pages")
    return folder


def may_forget(config: Config) -> bool:
    """True. Raises UsageError where no request leaves: what `fresh=1` forgets could not be fetched again."""
    if config.offline:
        raise UsageError(
            "-a fresh=1 forgets what is collected, and with PHX_OFFLINE=1 nothing can be fetched again: leave one out"
        )
    return True
