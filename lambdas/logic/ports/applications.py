"""Applications of Managed Service for Apache Flink."""

from typing import Protocol


class FlinkApplication(Protocol):
    """An application of Managed Flink."""

    def status(self) -> str:
        """Return the application's status."""

    def start(self) -> str | None:
        """Start the application and return the operation's id; None if another operation is in progress."""

    def failure(self, operation_id: str) -> str | None:
        """Return why an operation did not succeed; None while it is in progress."""
