"""Errors of polling."""

from local.errors import CommandError


class PollingError(CommandError):
    """The polling cannot go on; says what was expected and what came."""
