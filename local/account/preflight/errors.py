"""Errors of the preflight."""

from local.errors import CommandInputError


class PreflightError(CommandInputError):
    """A check could not be made."""
