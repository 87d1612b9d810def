"""A task: rank the calm screens of a match ahead, for some cohorts and viewers."""

from dataclasses import dataclass
from typing import Any

from domain.cohort import Cohort
from domain.errors import InvalidFieldError
from domain.validation import Reader, read_text

MAX_OWNERS = 1_000
"""The most cohorts, and the most viewers, of one task: its message stays far below the limit of SQS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationTask:
    """Rank calm screens for these cohorts, and for viewers who have recommendations of their own.

    The contexts are not part of the task: they are those of the match when the task is processed.
    """

    match_id: str
    cohorts: tuple[Cohort, ...]
    viewer_ids: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the queue's message."""
        return {
            "match_id": self.match_id,
            "cohorts": [cohort.key for cohort in self.cohorts],
            "viewer_ids": list(self.viewer_ids),
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "PreparationTask":
        """Read a task of the queue; raises InvalidFieldError for the first invalid field."""
        reader = Reader(value, path)
        return PreparationTask(
            match_id=reader.text("match_id"),
            cohorts=reader.items("cohorts", _read_cohort, maximum=MAX_OWNERS),
            viewer_ids=reader.items("viewer_ids", read_text, maximum=MAX_OWNERS),
        )


def _read_cohort(value: object, path: str) -> Cohort:
    key = read_text(value, path)
    try:
        return Cohort.from_key(key)
    except ValueError as error:
        raise InvalidFieldError(path, "four traits separated by |", key) from error
