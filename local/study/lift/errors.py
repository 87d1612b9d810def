"""Errors of the lift report.

LiftError
"""


class LiftError(Exception):
    """The logs do not allow the question; says what was expected and what came."""
