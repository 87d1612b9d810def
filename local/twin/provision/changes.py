"""What an update did to the resources of a stack."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What happened to a resource; unchanged ones are not listed."""

    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"
    DELETED = "deleted"
    LEFT = "left"
    """It belongs to no stack any more, and exists: its policy retains it, or it could not be deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of an update."""

    stack: str
    logical_id: str
    type: str
    action: Action
    reason: str = ""
    """Why a resource is left."""

    def to_dict(self) -> dict[str, str]:
        """Return the change as the control endpoint `update` answers it."""
        return {
            "stack": self.stack,
            "logicalId": self.logical_id,
            "type": self.type,
            "action": self.action.value,
            "reason": self.reason,
        }
