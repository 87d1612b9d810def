"""Errors of the lift report.

LiftError
"""


class LiftError(Exception):
    """The logs do not hold the data for the report."""
