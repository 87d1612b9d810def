"""Errors of a replay.

NotConnectedError            the stage did not let a viewer's app in
ReplayError
├── FeedRefusedError       the ingest endpoint refused the match or its signals
└── MissingOutputError     the stacks lack an output that the replay uses
"""

from local.errors import CommandError


class NotConnectedError(ConnectionError):
    """The stage did not let a viewer's app in; `code` says at which step, such as `PASS_429`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class ReplayError(CommandError):
    """The replay cannot continue."""


class FeedRefusedError(ReplayError):
    """The ingest endpoint refused a request."""

    def __init__(self, what: str, status: int, answer: str) -> None:
        self.status = status
        super().__init__(f"{what}: expected the ingest endpoint to accept it, got {status}: {answer[:300]}")


class MissingOutputError(ReplayError):
    """The stacks lack an output."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"expected a stack output named {name}, got {', '.join(sorted(known))}")
