"""What a request to erase or export a viewer's data reads and writes."""

from collections.abc import Iterator
from typing import Protocol

from domain.tombstone import Tombstone
from domain.viewer_request import StorePage, ViewerRequest


class ViewerStore(Protocol):
    """A store that can name viewers."""

    @property
    def name(self) -> str:
        """The name in the report."""

    def serve(self, request: ViewerRequest, position: str | None) -> StorePage:
        """Return the viewer's records of a page; for an erasure, delete them first."""


class RequestFolder(Protocol):
    """The files of one request, by name."""

    def write(self, run: str, name: str, text: str) -> None:
        """Write a file."""

    def read(self, run: str, name: str) -> str:
        """Return the text of a file."""

    def remove(self, run: str, name: str) -> None:
        """Delete a file; idempotent."""

    def other_requests(self, run: str) -> Iterator[tuple[str, str]]:
        """Yield the other runs that have a file with their request, and the text of that file."""

    def remove_all(self, run: str) -> int:
        """Delete every file of a request; return how many they were."""

    def location(self, run: str) -> str:
        """Return the address of the folder."""


class Tombstones(Protocol):
    """The tombstones that the trainings read."""

    def put_tombstone(self, tombstone: Tombstone) -> None:
        """Write a tombstone; a later one of the same viewer replaces it."""
