"""Errors of the rollback."""


class RollbackError(Exception):
    """The campaign does not serve the version that was asked for."""
