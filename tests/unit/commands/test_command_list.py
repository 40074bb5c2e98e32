"""What `scrapy -h` lists of ours can be run."""

from __future__ import annotations

from scrapy.cmdline import _get_commands_from_module


def test_every_listed_command_is_one_that_says_what_it_does() -> None:
    listed = _get_commands_from_module("phx_scraper.commands", True)
    assert {"plan", "probe", "status", "crawl"} <= listed.keys()
    assert all(type(command).__name__ == "Command" for command in listed.values()), sorted(listed)
    assert all(command.short_desc() for command in listed.values())
