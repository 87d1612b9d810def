"""Errors of the lift report.

LiftError
└── LogFileError
"""

from local.errors import CommandError, CommandInputError


class LiftError(CommandError):
    """The logs do not hold the data for the report."""


class LogFileError(LiftError, CommandInputError):
    """A file is none of the logs."""
