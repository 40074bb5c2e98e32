"""Commands that run in the tests' own process leave it as it was."""

from tests.in_process import current_event_loop, logging_of_the_process

__all__ = ["current_event_loop", "logging_of_the_process"]
