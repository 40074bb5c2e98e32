"""`scrapy completion SHELL`: a script by which a shell completes commands, options, sources and files."""

from __future__ import annotations

import argparse
import sys

from scrapy.cmdline import _get_commands_dict
from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand
from phx_scraper.commands.completion_script import SHELLS, completion_script
from phx_scraper.config.nearest import no_such
from phx_scraper.config.program_name import program_name
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 printed, 2 wrong use."""

    requires_crawler_process = False
    description = "Print a script that lets a shell complete commands, options and files"
    usage = f"{'|'.join(SHELLS)} [--json]"
    too_many = "name one shell, for example: scrapy completion bash > ~/.local/share/bash-completion/completions/scrapy"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write it from the commands themselves."""
        if not args:
            raise UsageError(f"name a shell: {', '.join(SHELLS)}")
        if args[0] not in SHELLS:
            raise UsageError(no_such(f"there is no completion for {args[0]}", SHELLS, args[0]))
        script = completion_script(program_name(), args[0], _get_commands_dict(self.settings, True), self.settings)
        if opts.json:
            self.tell({"shell": args[0], "program": program_name(), "script": script}, "")
        else:
            sys.stdout.write(script)  # not as_typed: it is a program
        return ALL_CLEAR
