"""Errors of the planner."""

from local.errors import CommandInputError


class PlanError(CommandInputError):
    """What was given cannot be planned with."""
