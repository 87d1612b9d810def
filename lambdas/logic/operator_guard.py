"""The check that admits operators only, on every message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from domain.audit import Operator
from domain.metrics import Metric
from lambdas.logic.authorization import operator_from_authorizer, token_expiry
from lambdas.logic.errors import ProtocolError
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.operators import OperatorDirectory
from lambdas.logic.ports.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorGuard:
    """Admits operators while their token is valid and they are in the group; refuses and counts all others.

    A refused client writes nothing: the audit log is for operators, and nobody else can fill it.
    """

    directory: OperatorDirectory
    telemetry: Telemetry
    clock: Clock

    def require_operator(self, authorizer: Mapping[str, Any]) -> Operator:
        """Return the operator; raises ProtocolError FORBIDDEN or TOKEN_EXPIRED for anyone else."""
        operator = operator_from_authorizer(authorizer)
        if operator is None:
            self._refuse("FORBIDDEN", "a token of the group operators")
        if self.clock() >= token_expiry(authorizer):
            self._refuse("TOKEN_EXPIRED", "one that is still valid: connect again with a new token")
        if not self.directory.includes(str(authorizer.get("operatorUsername"))):
            self._refuse("FORBIDDEN", "a user who is in the group operators now")
        return operator

    def _refuse(self, code: str, expected: str) -> NoReturn:
        self.telemetry.count(Metric.OPERATIONS_FORBIDDEN)
        raise ProtocolError(code, f"token: expected {expected}", field="token", expected=expected)
