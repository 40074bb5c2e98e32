"""What `-h` shows below a command's options."""

from __future__ import annotations

import argparse
import re

from scrapy.commands import ScrapyHelpFormatter


class HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, with an epilog that keeps its lines."""


def show_exit_codes(parser: argparse.ArgumentParser, docstring: str) -> None:
    """Put the exit codes below the options, one a line."""
    parser.formatter_class = HelpFormatter
    lines = [f"  {number}  {meaning}" for number, meaning in exit_codes(docstring).items()]
    parser.epilog = "\n".join(["Exit codes:", *lines]) if lines else ""


def exit_codes(docstring: str) -> dict[int, str]:
    """Number -> meaning, from a docstring's sentence `Exit codes: 0 done, 1 some are left, 2 wrong use.`"""
    written = re.search(r"Exit codes:\s*(.+?)\.?\s*(?:\n\s*\n|$)", docstring, re.DOTALL)
    if written is None:
        return {}
    parts = re.split(r"[,;]\s+(?=\d\s)", " ".join(written[1].split()))
    return {int(part[0]): part[1:].strip() for part in parts}
