"""Scrapy's commands, checked and with defaults for this project, and our own."""

from scrapy import cmdline

from phx_scraper.commands.command_list import print_commands, print_unknown_command

# Scrapy has no setting for these two; it looks them up here when it has imported this package.
cmdline._print_commands = print_commands
cmdline._print_unknown_command = print_unknown_command
