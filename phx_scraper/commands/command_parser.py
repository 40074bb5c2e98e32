"""The command line of the project's commands: a misspelt option is told with the nearest one, in one sentence."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from scrapy.cmdline import ScrapyArgumentParser

from phx_scraper.config.nearest import did_you_mean, nearest
from phx_scraper.run.arguments import ARGUMENTS

_NUMBER = re.compile(r"-\d")


class CommandParser(ScrapyArgumentParser):
    """Scrapy's own takes an option that it does not know for an argument.

    Scrapy makes the parser, so `adopt` turns that one into ours. `refuse` says an error and ends the process.
    """

    refuse: Callable[[str, bool], NoReturn]
    _line: Sequence[str] = ()

    @classmethod
    def adopt(cls, parser: argparse.ArgumentParser, refuse: Callable[[str, bool], NoReturn]) -> None:
        """Make a parser of Scrapy's one of this class."""
        parser.__class__ = cls
        assert isinstance(parser, cls)
        parser.refuse = refuse

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """What is known and what is left, which are arguments: an option among them ends in `error`."""
        self._line = list(args or ())
        options, left = super().parse_known_args(args, namespace)
        left = [word for word in left if word != "--"]
        plain = self._line[self._line.index("--") + 1 :] if "--" in self._line else []
        unknown = [word for word in left if _is_option(word) and word not in plain]
        if unknown:
            self.error(self._no_option(unknown[0]))
        return options, left

    def error(self, message: str) -> NoReturn:
        """Say what is wrong; as JSON where that is asked for, whether or not the line could be read so far."""
        self.refuse(message, "--json" in self._line)

    def _no_option(self, word: str) -> str:
        name = word.partition("=")[0]
        options = list(self._options())
        hint = did_you_mean(name, options) or self._argument_hint(name, options) or "-h shows all"
        return f"there is no option {name}; {hint}"

    @staticmethod
    def _argument_hint(name: str, options: Sequence[str]) -> str:
        """What Scrapy takes as an argument of the spider is often written as an option."""
        near = nearest(name.lstrip("-").replace("-", "_"), ARGUMENTS) if "-a" in options else ""
        return f"did you mean -a {near}=…?" if near else ""

    def _options(self) -> Iterator[str]:
        for action in self._actions:
            yield from action.option_strings


def _is_option(word: str) -> bool:
    """A lone - is standard input, and a number may be negative."""
    return len(word) > 1 and word.startswith("-") and not _NUMBER.match(word)
