"""What can go wrong in a replay.

ReplayError
├── FeedRefusedError       the ingest endpoint refused the match or its signals
└── NotDeployedError       the deployment lacks an output that a replay needs
"""


class ReplayError(Exception):
    """The replay cannot go on."""


class FeedRefusedError(ReplayError):
    """The ingest endpoint refused what was posted."""

    def __init__(self, what: str, status: int, answer: str) -> None:
        super().__init__(f"{what}: expected the ingest endpoint to accept it, got {status}: {answer[:300]}")


class NotDeployedError(ReplayError):
    """The deployment lacks an output."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"expected a stack output named {name}, got {', '.join(sorted(known))}")
