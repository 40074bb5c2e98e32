"""What `-h` shows below a command's options."""

from __future__ import annotations

import argparse
import re
import shutil
import textwrap
from collections.abc import Mapping

from scrapy.commands import ScrapyHelpFormatter

from phx_scraper.config.program_name import SCRAPY, as_typed, program_name


class HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, with an epilog that keeps its lines."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        """Scrapy takes whatever ends with a colon for a heading: a line of an option's text ends with a space then."""
        return [f"{line} " if line.endswith(":") else line for line in super()._split_lines(text, width)]


def complete_help(parser: argparse.ArgumentParser, *sections: str) -> None:
    """Put sections below the options, and the program as it is typed into the usage."""
    parser.formatter_class = HelpFormatter
    parser.usage = (parser.usage or "").replace(SCRAPY, program_name(), 1)
    parser.epilog = as_typed("\n\n".join(filter(None, sections)))


def exit_codes(docstring: str) -> dict[str, str]:
    """Number -> meaning, from a docstring's sentence `Exit codes: 0 done, 1 some are left, 2 wrong use.`"""
    written = re.search(r"Exit codes:\s*(.+?)\.?\s*(?:\n\s*\n|$)", docstring, re.DOTALL)
    if written is None:
        return {}
    parts = re.split(r"[,;]\s+(?=\d\s)", " ".join(written[1].split()))
    return {part[0]: part[1:].strip() for part in parts}


def section(title: str, rows: Mapping[str, str]) -> str:
    """A heading and one row for each name, wrapped at the terminal's width; empty without rows."""
    if not rows:
        return ""
    width = max(60, shutil.get_terminal_size().columns - 2)
    indent = min(24, max(map(len, rows)) + 4)
    return "\n".join([f"{title}:", *(_row(name, text, indent, width) for name, text in rows.items())])


def _row(name: str, text: str, indent: int, width: int) -> str:
    first = f"  {name}".ljust(indent)
    if len(first) > indent:
        return f"{first}\n{textwrap.fill(text, width, initial_indent=' ' * indent, subsequent_indent=' ' * indent)}"
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=" " * indent)
