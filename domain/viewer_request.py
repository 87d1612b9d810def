"""A request to erase or to export what is stored about one viewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.cohort import COHORT_USER_PREFIX
from domain.errors import InvalidFieldError
from domain.interaction import MAX_ID_LENGTH
from domain.validation import Reader, format_instant
from domain.viewer_id import viewer_id_of

REQUESTS = "requests"
"""The first part of the keys of requests in the privacy bucket: `requests/<run>/<file>`."""
REQUEST_FILE, USERS_FILE, OBJECTS_FILE = "request.json", "users.csv", "objects.json"
"""The request, the list of users for Personalize, and what was found in the objects of S3."""
FOUND_FOLDER = "found"
"""The files of an export."""


class Purpose(StrEnum):
    """What is done with what is found: ERASE deletes it, EXPORT copies it."""

    ERASE = "erase"
    EXPORT = "export"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerRequest:
    """Whose data to find, and what for.

    With `delete_account` an erasure deletes the user of the pool too.
    """

    viewer_id: str
    purpose: Purpose
    requested_at: datetime
    delete_account: bool = False

    @property
    def erases(self) -> bool:
        """True if what is found is deleted."""
        return self.purpose is Purpose.ERASE

    @staticmethod
    def from_input(value: object, requested_at: datetime) -> "ViewerRequest":
        """Read the state machine's input; raises InvalidFieldError for an invalid field."""
        reader = Reader(value)
        viewer_id = reader.text("viewerId", max_length=MAX_ID_LENGTH)
        if viewer_id.startswith(COHORT_USER_PREFIX):
            raise InvalidFieldError("viewerId", "the id of a viewer, not of a cohort", viewer_id)
        return ViewerRequest(
            viewer_id=viewer_id_of(viewer_id),
            purpose=reader.choice("purpose", Purpose),
            requested_at=requested_at,
            delete_account=reader.boolean("deleteAccount"),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, in which the request is stored while it is served."""
        return {
            "viewerId": self.viewer_id,
            "purpose": self.purpose.value,
            "requestedAt": format_instant(self.requested_at),
            "deleteAccount": self.delete_account,
        }

    @staticmethod
    def from_dict(value: Mapping[str, Any]) -> "ViewerRequest":
        """Read a stored request; the inverse of `to_dict`."""
        return ViewerRequest.from_input(value, Reader(value).instant("requestedAt"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePage:
    """The viewer's records in one page of a store, and the position of the next page; None after the last."""

    records: Sequence[Mapping[str, Any]]
    position: str | None = None
