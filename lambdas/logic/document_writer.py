"""Merges messages into the documents of audiences; concurrent versions never lose one another.

A document that cannot be merged with, such as one that another version of the code has written in another
form, is replaced: what it held for late pictures is lost, and those who join get the newest version.
"""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from domain.audience_document import Message, merged
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from lambdas.logic.errors import DocumentConflictError
from lambdas.logic.ports.documents import AudienceDocuments
from lambdas.logic.ports.telemetry import Telemetry

ATTEMPTS = 8
LONGEST_PAUSE_SECONDS = 0.2
UNREADABLE = (InvalidFieldError, AttributeError, LookupError, TypeError, ValueError)
"""What merging with a document of another form raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWriter:
    """Reads, merges and writes, again if another writer came first."""

    documents: AudienceDocuments
    telemetry: Telemetry
    sleep: Callable[[float], None]
    chance: Callable[[], float] = random.random

    def add(self, address: str, message: Mapping[str, Any], cancelled: Collection[str]) -> bool:
        """Merge a message into a document; False if the document is as it was.

        Raises DocumentConflictError if other writers kept changing it.
        """
        for _ in range(ATTEMPTS):
            document, edition = self.documents.read(address)
            changed = self._merged(address, document, message, cancelled)
            if changed == document:
                return False
            if self.documents.write(address, changed, edition):
                if document is None and edition is not None:
                    self._report(address, "no JSON object")
                return True
            self.sleep(self.chance() * LONGEST_PAUSE_SECONDS)
        raise DocumentConflictError(address, ATTEMPTS)

    def _merged(
        self, address: str, document: Message | None, message: Message, cancelled: Collection[str]
    ) -> dict[str, Any]:
        try:
            return merged(document, message, cancelled)
        except UNREADABLE as error:
            replacing = merged(None, message, cancelled)
            self._report(address, repr(error))
            return replacing

    def _report(self, address: str, reason: str) -> None:
        self.telemetry.count(Metric.STORED_ROWS_UNREADABLE)
        self.telemetry.warning("document unreadable: it is replaced", address=address, reason=reason)
