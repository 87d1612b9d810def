"""What the planning of imports reads."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from domain.raw_file import RawFile


class Clickstream(Protocol):
    """The raw clickstream."""

    def files(self) -> Iterable[RawFile]:
        """Return every complete file."""

    def uploads(self) -> Iterable[datetime]:
        """Return when each upload that is not complete began; its file will have that time."""


class WrittenDataset(Protocol):
    """The dataset that the job has written."""

    def size_bytes(self) -> int:
        """Return the size of all its files."""
