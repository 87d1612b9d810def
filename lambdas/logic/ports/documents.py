"""Documents of audiences, which apps read at the edge."""

from collections.abc import Mapping
from typing import Any, Protocol


class AudienceDocuments(Protocol):
    """One JSON document for each address; writes are conditional, so that none is lost."""

    def read(self, address: str) -> tuple[dict[str, Any] | None, str | None]:
        """Return a document and its edition; None and None if there is none.

        None with its edition for one that is no JSON object.
        """

    def write(self, address: str, document: Mapping[str, Any], edition: str | None) -> bool:
        """Replace the document of this edition, or add one if it is None; False if it has changed since."""
