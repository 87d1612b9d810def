"""Records that cannot be processed."""

from typing import Protocol


class DeadLetters(Protocol):
    """The queue of records that cannot be processed."""

    def put_dead_letter(self, *, source: str, reason: str, field: str | None, payload: str) -> None:
        """Store a record with the reason why it was rejected."""
