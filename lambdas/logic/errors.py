"""Every error of the logic.

LogicError
├── ProtocolError            a message over the socket that cannot be answered otherwise than by an error
├── UnauthorizedError        a request whose signature or token proves nothing
├── UnknownMatchError        a match that nobody announced
├── AnalysisIncompleteError  a sample of the broadcast of which something is still to be looked at
├── ContextConflictError     a context that others kept changing while it was written
├── DispatchIncompleteError  subscribers that could not be reached yet
└── ApplicationNotRunningError  a Flink application that could not be started
"""

from collections.abc import Sequence


class LogicError(Exception):
    """The logic could not do what it was asked."""


class ProtocolError(LogicError):
    """A message that is answered by an `error` message with this code."""

    def __init__(
        self, code: str, message: str, *, field: str | None = None, expected: str | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.field = field
        self.expected = expected
        super().__init__(f"{code}: {message}")


class UnauthorizedError(LogicError):
    """Nobody vouches for this request."""


class UnknownMatchError(LogicError):
    """A match that nobody announced."""

    def __init__(self, match_id: str) -> None:
        self.match_id = match_id
        super().__init__(f"match_id: expected a match announced by PUT /matches/<id>, got {match_id!r}")


class AnalysisIncompleteError(LogicError):
    """Something of a sample was not looked at, or not written; the sample will be delivered again."""

    def __init__(self, key: str, reasons: Sequence[str]) -> None:
        super().__init__(f"{key}: expected every analyser to answer, got {'; '.join(reasons)}")


class ContextConflictError(LogicError):
    """Others kept writing the context; the moment will be delivered again."""


class DispatchIncompleteError(LogicError):
    """Some subscribers are still owed this version; the task will be delivered again."""

    def __init__(self, owed: int) -> None:
        self.owed = owed
        super().__init__(f"expected every subscriber to be reached, got {owed} still owed")


class ApplicationNotRunningError(LogicError):
    """A Flink application that could not be started."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(f"expected the application's status RUNNING, got {status}: {reason}")
