"""Errors of the embedded Glue.

GlueError
├── EntityNotFoundError
├── ConcurrentRunsExceededError
└── InvalidInputError
"""


class GlueError(Exception):
    """An answer that is not a success; `code` is what a client sees."""

    code = "InternalServiceException"


class EntityNotFoundError(GlueError):
    """There is no such job or run."""

    code = "EntityNotFoundException"


class ConcurrentRunsExceededError(GlueError):
    """The job runs as often at once as it may."""

    code = "ConcurrentRunsExceededException"


class InvalidInputError(GlueError):
    """A value of the request breaks a rule."""

    code = "InvalidInputException"
