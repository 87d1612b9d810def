"""Errors of polling."""


class PollingError(Exception):
    """The polling cannot go on; says what was expected and what came."""
