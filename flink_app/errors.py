"""Errors of publishing. In Flink they fail the job, which restarts from its last checkpoint."""

from collections.abc import Sequence


class RefusedByServiceError(Exception):
    """The topic or the queue accepted a batch in part; `indexes` are those of the refused messages."""

    def __init__(self, code: str, message: str, indexes: Sequence[int]) -> None:
        self.indexes = tuple(indexes)
        super().__init__(
            f"expected the service to accept every message, {len(indexes)} refused: {code} {message}"
        )
