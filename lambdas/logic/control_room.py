"""The control room: who may operate, what they ask for, and the audit log that keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.audit import AuditEntry, Operator, Outcome
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from domain.operation import Operation
from lambdas.logic.authorization import operator_of, viewer_of
from lambdas.logic.control_ports import AuditLog
from lambdas.logic.errors import ProtocolError, UnknownMatchError
from lambdas.logic.messages import acknowledgement
from lambdas.logic.operation_executor import OperationExecutor
from lambdas.logic.ports import Clock, Telemetry

REFUSALS = "REFUSED"
"""Where the audit log keeps those who were turned away, whatever match they named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorGuard:
    """Lets operators in; whoever else asks is refused, counted, and noted once a minute."""

    audit: AuditLog
    telemetry: Telemetry
    clock: Clock

    def require_operator(self, authorizer: Mapping[str, Any], action: str) -> Operator:
        """The operator; raises ProtocolError FORBIDDEN for everybody else."""
        operator = operator_of(authorizer)
        if operator is not None:
            return operator
        now = self.clock()
        viewer_id = viewer_of(authorizer).viewer_id
        self.telemetry.count(Metric.OPERATIONS_FORBIDDEN)
        self.audit.add_line(
            AuditEntry(
                match_id=REFUSALS,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRoom:
    """Carries out operations, each once however often its request comes."""

    guard: OperatorGuard
    executor: OperationExecutor
    audit: AuditLog
    telemetry: Telemetry
    clock: Clock

    def operate(
        self, authorizer: Mapping[str, Any], message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """An acknowledgement once it is done and noted; the audit log knows of it before it is begun."""
        who = self.guard.require_operator(authorizer, "operate")
        if request_id is None:
            raise InvalidFieldError("requestId", "a text of 1 to 100 characters", message.get("requestId"))
        operation = Operation.from_dict(message)
        asked = AuditEntry(
            match_id=operation.match_id,
            request_id=request_id,
            who=who,
            what=operation.to_dict(),
            why=operation.reason,
            at=self.clock(),
            outcome=Outcome.ASKED,
        )
        before = self.audit.add_line(asked)
        if before is not None and before.what != asked.what:
            raise InvalidFieldError("requestId", "an id of this operation alone", request_id)
        became = self.audit.outcome_of(asked) if before is not None else None
        if became is None:
            became = self._carry_out(operation, asked)
        if became.outcome is Outcome.REFUSED:
            expected = str(became.detail)
            raise ProtocolError("BAD_REQUEST", expected, field="command", expected=expected)
        return acknowledgement("operate", request_id=request_id, match_id=operation.match_id)

    def _carry_out(self, operation: Operation, asked: AuditEntry) -> AuditEntry:
        try:
            self.executor.execute(operation, asked.request_id)
        except (InvalidFieldError, UnknownMatchError) as error:
            became = asked.became(Outcome.REFUSED, self.clock(), str(error))
        else:
            became = asked.became(Outcome.DONE, self.clock())
        self.audit.add_line(became)
        self.telemetry.count(Metric.of_operation(became.outcome))
        return became
