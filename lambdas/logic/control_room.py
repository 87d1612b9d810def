"""The control room: executes operators' commands and records them in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.audit import AuditEntry, Outcome
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from domain.operation import Operation
from lambdas.logic.errors import ProtocolError, UnknownMatchError
from lambdas.logic.messages import acknowledgement
from lambdas.logic.operation_executor import OperationExecutor
from lambdas.logic.operator_guard import OperatorGuard
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.operators import AuditLog
from lambdas.logic.ports.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRoom:
    """Executes each operation once, however often its request is repeated."""

    guard: OperatorGuard
    executor: OperationExecutor
    audit: AuditLog
    telemetry: Telemetry
    clock: Clock

    def operate(
        self, authorizer: Mapping[str, Any], message: Mapping[str, Any], request_id: str | None
    ) -> dict[str, Any]:
        """Execute an operation and acknowledge it; it is in the audit log before and after."""
        operator = self.guard.require_operator(authorizer)
        if request_id is None:
            raise InvalidFieldError("requestId", "a text of 1 to 100 characters", message.get("requestId"))
        operation = Operation.from_dict(message)
        asked = AuditEntry(
            match_id=operation.match_id,
            request_id=request_id,
            who=operator,
            what=operation.to_dict(),
            why=operation.reason,
            at=self.clock(),
            outcome=Outcome.ASKED,
        )
        earlier = self.audit.add_line(asked)
        if earlier is not None and earlier.what != asked.what:
            raise InvalidFieldError("requestId", "an id that no other operation has used", request_id)
        result = self.audit.outcome_of(asked) if earlier is not None else None
        if result is None:
            result = self._execute(operation, asked)
        if result.outcome is Outcome.REFUSED:
            expected = str(result.detail)
            raise ProtocolError("BAD_REQUEST", expected, field="command", expected=expected)
        return acknowledgement("operate", request_id=request_id, match_id=operation.match_id)

    def _execute(self, operation: Operation, asked: AuditEntry) -> AuditEntry:
        try:
            self.executor.execute(operation, asked.request_id, asked.who.id)
        except (InvalidFieldError, UnknownMatchError) as error:
            result = asked.with_outcome(Outcome.REFUSED, self.clock(), str(error))
        else:
            result = asked.with_outcome(Outcome.DONE, self.clock())
        self.audit.add_line(result)
        self.telemetry.count(Metric.of_operation(result.outcome))
        return result
