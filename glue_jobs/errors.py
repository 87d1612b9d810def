"""Errors of the Glue jobs."""


class DatasetRefusedError(Exception):
    """A dataset breaks an essential quality rule."""
