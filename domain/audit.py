"""Lines of the audit log: which operator asked for what, when and why, and the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.validation import Reader, format_instant

LINES_BY_TIME = "by_time"
"""The index of the table `audit` that holds each match's lines in the order of their times."""


OPERATORS_GROUP = "operators"
"""The group of the operators' user pool whose members may use the control room."""


class Outcome(StrEnum):
    """State of an operation: ASKED when it is received, then DONE or REFUSED."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A member of the group `operators`, according to the token."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit log: `what` is the operation, `detail` the reason for a refusal."""

    match_id: str
    request_id: str
    who: Operator
    what: Mapping[str, Any]
    why: str
    at: datetime
    outcome: Outcome
    detail: str | None = None

    def with_outcome(self, outcome: Outcome, at: datetime, detail: str | None = None) -> "AuditEntry":
        """Return the line that records the outcome of this request."""
        return replace(self, outcome=outcome, at=at, detail=detail)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form that operators see, without absent fields; the inverse of `from_dict`."""
        fields = {
            "matchId": self.match_id,
            "requestId": self.request_id,
            "operatorId": self.who.id,
            "operator": self.who.name,
            "what": dict(self.what),
            "why": self.why,
            "at": format_instant(self.at),
            "outcome": self.outcome.value,
            "detail": self.detail,
        }
        return {name: value for name, value in fields.items() if value is not None}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "AuditEntry":
        """Read a line; raises InvalidFieldError for the first invalid field."""
        reader = Reader(value, path)
        return AuditEntry(
            match_id=reader.text("matchId"),
            request_id=reader.text("requestId"),
            who=Operator(id=reader.text("operatorId"), name=reader.text("operator")),
            what=reader.mapping("what"),
            why=reader.text("why"),
            at=reader.instant("at"),
            outcome=reader.choice("outcome", Outcome),
            detail=reader.optional(reader.text, "detail"),
        )
