"""`scrapy plan`: what a folder of saved pages holds, and which sites a crawl with it would ask; without a network."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand
from phx_scraper.config.fields import Config
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.homes import Home
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS
from phx_scraper.run.arguments import prepare
from phx_scraper.run.least_time import least_seconds
from phx_scraper.run.pages_argument import checked_pages
from phx_scraper.run.saved_visits import BETTER_SAVE, BLOCK, FileNote, SavedVisits, read_saved_pages, worth_telling
from phx_scraper.spiders.all import AllSpider
from phx_scraper.views.human_text import counted, span

SHOWN = 200
"""Lines of one kind that are printed; --json has all."""


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 a whole page is saved for each home and source, 1 something is missing, 2 wrong use."""

    description = "Show what a folder of saved pages holds, and what a crawl with it would still ask the sites for"
    usage = "[-a pages=FOLDER] [-a addresses=homes.csv] [-a sources=a,b] [--json]"
    too_many, most_arguments = "give the folder as -a pages=FOLDER and the homes as -a addresses=homes.csv", 0

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("-a", dest="given", action="append", default=[], metavar="NAME=VALUE", help="as for crawl")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read the folder, compare it with the homes, print."""
        document = _document(_arguments(opts.given), read_config(self.settings))
        self.tell(document, "".join(f"{line}\n" for line in _lines(document)))
        return ALL_CLEAR if _is_whole(document) else PROBLEMS


def _arguments(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, sign, _ in pairs:
        if not sign:
            raise UsageError(f"-a {name}: write it as -a NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _document(given: dict[str, str], config: Config) -> dict[str, Any]:
    if not {"pages", "addresses", "address"} & given.keys():
        raise UsageError("name the folder of saved pages, -a pages=FOLDER, or homes, -a addresses=FILE.csv, or both")
    homes, sources = _homes(given, config)
    saved = read_saved_pages(checked_pages(given["pages"]), homes, sources) if "pages" in given else SavedVisits()
    planned = [_home(home, sources, saved) for home in homes]
    return {
        "folder": given.get("pages"),
        "files": _files(saved, bool(homes)),
        "homes": planned,
        "asked": {} if config.offline else _asked(planned, sources, config),
    }


def _homes(given: dict[str, str], config: Config) -> tuple[tuple[Home, ...], tuple[str, ...]]:
    """The asked homes (none: whatever the folder holds is shown) and sources. Raises UsageError."""
    if {"addresses", "address"} & given.keys():
        job = prepare("all", AllSpider.sources, given, config)
        return job.homes, job.sources
    for name in given.keys() - {"pages"}:
        raise UsageError(f"-a {name}: it needs homes to apply to, -a addresses=FILE.csv")
    return (), tuple(AllSpider.sources)


def _files(saved: SavedVisits, has_homes: bool) -> list[dict[str, Any]]:
    """Every page and file; `aside` ones came along with others and nobody saved them on purpose."""
    notes = saved.notes()
    told = set(worth_telling(notes))
    return [{**_file(saved, note, has_homes), "aside": note not in told} for note in notes]


def _file(saved: SavedVisits, note: FileNote, has_homes: bool) -> dict[str, Any]:
    page = saved.page_of(note)
    if page is None:
        return {"file": note.file, "entry": note.entry, "kind": None, "reason": note.reason}
    is_used = has_homes and note.verdict == "used"
    return {
        "file": page.file,
        "entry": page.entry,
        "kind": page.kind,
        "saved_as": page.saved_as,
        "source": page.source,
        "address": page.address,
        "day": f"{page.moment:%Y-%m-%d}",
        "photos": page.photos,
        "claimed": page.claimed,
        "partial": page.partial,
        "home": note.address if is_used or note.verdict == "older" else None,
        "reason": "" if page.kind == "home" and not has_homes else note.reason,
    }


def _home(home: Home, sources: tuple[str, ...], saved: SavedVisits) -> dict[str, Any]:
    first = {source: next(iter(saved.pages(home.property_hash, source)), None) for source in sources}
    return {
        "address": home.address,
        "saved": {
            source: None if page is None else {"file": page.file, "partial": page.partial}
            for source, page in first.items()
        },
    }


def _asked(homes: list[dict[str, Any]], sources: tuple[str, ...], config: Config) -> dict[str, Any]:
    """Per source: homes of which no page is saved, and the least time that asking for them takes."""
    lacking = {source: sum(1 for home in homes if home["saved"][source] is None) for source in sources}
    return {
        source: {
            "homes": number,
            "least_seconds": least_seconds(source, number, config),
        }
        for source, number in lacking.items()
        if number
    }


def _is_whole(document: dict[str, Any]) -> bool:
    if not document["homes"]:
        return any(file["kind"] == "home" for file in document["files"])
    saves = [save for home in document["homes"] for save in home["saved"].values()]
    return all(save and not save["partial"] for save in saves) and not any(
        file["kind"] == BLOCK for file in document["files"]
    )


def _lines(document: dict[str, Any]) -> Iterator[str]:
    if document["folder"] is not None:
        pages = [file for file in document["files"] if file["kind"] == "home"]
        others = [file for file in document["files"] if file["kind"] != "home" and not file["aside"]]
        yield f"{document['folder']}: {counted(len(pages), 'page')} of homes, {counted(len(others), 'file')} of no use."
        yield from _shortened([_page_line(page) for page in pages])
        yield from _shortened([f"  {_place(file)}: {file['reason']}" for file in others])
        if any(page["partial"] for page in pages):
            yield f"For all photos of a page that shows a part of them, {BETTER_SAVE}."
    for home in document["homes"]:
        yield home["address"]
        yield "  " + "; ".join(f"{source}: {_save(save)}" for source, save in home["saved"].items())
    for source, asked in document["asked"].items():
        least = span(max(1.0, asked["least_seconds"]))
        yield f"{source} would be asked for {counted(asked['homes'], 'home')}, which takes {least} or more."
    if document["asked"]:
        yield "These are the shortest times, without photos; what earlier runs have collected is not looked at."


def _shortened(lines: list[str]) -> list[str]:
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], f"  … and {more} more; --json shows all"]


def _page_line(page: dict[str, Any]) -> str:
    shown = counted(page["photos"], "photo")
    claim = f" of {page['claimed']}" if page["claimed"] is not None and page["claimed"] > page["photos"] else ""
    part = " (a part)" if page["partial"] else ""
    why = f" ({page['reason']})" if page["reason"] else ""
    facts = f"{page['source']}, {page['saved_as']} of {page['day']}, {shown}{claim}{part}, {page['address']}"
    return f"  {_place(page)}: {facts}{why}"


def _place(file: dict[str, Any]) -> str:
    return f"{file['file']} entry {file['entry']}" if file["entry"] else str(file["file"])


def _save(save: dict[str, Any] | None) -> str:
    if save is None:
        return "missing"
    return f"{save['file']}{' (a part)' if save['partial'] else ''}"
