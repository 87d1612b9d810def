"""Records that cannot be processed."""

from collections.abc import Sequence
from typing import Protocol

from domain.dead_letter import DeadLetter


class DeadLetters(Protocol):
    """The queue of records that cannot be processed."""

    def put_dead_letter(self, *, source: str, reason: str, field: str | None, payload: str) -> None:
        """Store a record with the reason why it was rejected; an error of the queue is raised."""

    def try_dead_letters(self, letters: Sequence[DeadLetter]) -> int:
        """Store records in as few calls as possible; return how many the queue did not accept."""
