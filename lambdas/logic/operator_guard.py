"""The check that admits operators only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.audit import AuditEntry, Operator, Outcome
from domain.metrics import Metric
from lambdas.logic.authorization import operator_from_authorizer, viewer_from_authorizer
from lambdas.logic.errors import ProtocolError
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.operators import AuditLog
from lambdas.logic.ports.telemetry import Telemetry

REFUSED_MATCH_ID = "REFUSED"
"""The audit log's partition for clients that are not operators, whatever match they named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorGuard:
    """Admits operators; refuses everyone else, counts each attempt and records one a minute."""

    audit: AuditLog
    telemetry: Telemetry
    clock: Clock

    def require_operator(self, authorizer: Mapping[str, Any], action: str) -> Operator:
        """Return the operator; raises ProtocolError FORBIDDEN for anyone else."""
        operator = operator_from_authorizer(authorizer)
        if operator is not None:
            return operator
        now = self.clock()
        viewer_id = viewer_from_authorizer(authorizer).viewer_id
        self.telemetry.count(Metric.OPERATIONS_FORBIDDEN)
        self.audit.add_line(
            AuditEntry(
                match_id=REFUSED_MATCH_ID,
                request_id=f"{now:%Y-%m-%dT%H:%M}#{action}",
                who=Operator(id=viewer_id, name=viewer_id),
                what={"command": action},
                why="not an operator",
                at=now,
                outcome=Outcome.REFUSED,
            )
        )
        raise ProtocolError(
            "FORBIDDEN",
            "token: expected one of the group operators",
            field="token",
            expected="a token of the group operators",
        )
