"""Links to the documents of audiences."""

from datetime import datetime
from typing import Protocol


class DocumentLinks(Protocol):
    """Links that the edge accepts until they end."""

    def link(self, address: str, expires_at: datetime) -> str:
        """Return a link to the document of an address."""
