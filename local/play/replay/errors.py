"""Errors of a replay.

ReplayError
├── FeedRefusedError       the ingest endpoint refused the match or its signals
└── MissingOutputError     the stacks lack an output that the replay uses
"""


class ReplayError(Exception):
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
