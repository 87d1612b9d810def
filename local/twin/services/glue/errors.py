"""Errors of Glue, with the service's codes.

GlueError
├── EntityNotFoundError
├── ConcurrentRunsExceededError
└── InvalidInputError
"""


class GlueError(Exception):
    """A request that fails; `code` is the error code that the client receives."""

    code = "InternalServiceException"


class EntityNotFoundError(GlueError):
    """The job or the run does not exist."""

    code = "EntityNotFoundException"


class ConcurrentRunsExceededError(GlueError):
    """The job has reached its maximum number of concurrent runs."""

    code = "ConcurrentRunsExceededException"


class InvalidInputError(GlueError):
    """A value of the request is invalid."""

    code = "InvalidInputException"
