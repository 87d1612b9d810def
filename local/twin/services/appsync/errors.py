"""Errors of an Event API, as it answers them.

EventError
├── BadRequestError
├── UnauthorizedError
├── NotFoundError
├── TooManyRequestsError
├── DuplicatedOperationError
├── MaxSubscriptionsReachedError
├── UnknownOperationError
└── UnsupportedOperationError
"""

from typing import Any, ClassVar


class EventError(Exception):
    """A request or a message is refused."""

    status: ClassVar[int] = 400
    error_type: ClassVar[str] = "BadRequestException"

    def entry(self) -> dict[str, Any]:
        """Return the error as an entry of the list `errors`."""
        return {"errorType": self.error_type, "message": str(self)}


class BadRequestError(EventError):
    """A request or a message has a wrong form."""


class UnauthorizedError(EventError):
    """The caller may not do this."""

    status = 401
    error_type = "UnauthorizedException"

    def __init__(self) -> None:
        super().__init__("You are not authorized to make this call.")


class NotFoundError(EventError):
    """The API or the channel namespace does not exist."""

    status = 404
    error_type = "NotFoundException"


class TooManyRequestsError(EventError):
    """A quota is used up."""

    status = 429
    error_type = "TooManyRequestsException"

    def __init__(self) -> None:
        super().__init__("Rate exceeded")


class DuplicatedOperationError(EventError):
    """The connection has an operation of this id."""

    error_type = "DuplicatedOperationError"

    def __init__(self, operation_id: str) -> None:
        super().__init__(f"Operation id {operation_id} is in use")


class MaxSubscriptionsReachedError(EventError):
    """The connection has as many subscriptions as it may have."""

    error_type = "MaxSubscriptionsReachedError"

    def __init__(self, maximum: int) -> None:
        super().__init__(f"Max number of {maximum} subscriptions reached")


class UnknownOperationError(EventError):
    """The connection has no subscription of this id."""

    error_type = "UnknownOperationError"

    def __init__(self, operation_id: str) -> None:
        super().__init__(f"Unknown operation id {operation_id}")


class UnsupportedOperationError(EventError):
    """A message has a type that the protocol does not have."""

    error_type = "UnsupportedOperation"

    def __init__(self, kind: object) -> None:
        super().__init__(f"{kind} not supported through the realtime channel")
