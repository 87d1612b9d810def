"""What was used of the policies, and what was refused."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from local.twin.permissions.access import Access
from local.twin.permissions.caller import RoleSession, ServicePrincipal
from local.twin.permissions.evaluation import Decision

_MOST_REFUSALS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedCall:
    """An access that a caller had."""

    caller: RoleSession | ServicePrincipal
    access: Access


@dataclass(slots=True)
class PermissionRecord:
    """Counts of the actions that each statement allowed, and of each kind of refusal."""

    used: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By statement, then by action."""
    refused: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """By caller, action, resource and reason; the first thousand kinds."""
    _calls: dict[tuple[str, str, Decision], AllowedCall] = field(default_factory=dict)
    """The first call by caller, action and decision: the others are decided alike."""

    def put_use(self, caller: RoleSession | ServicePrincipal, access: Access, decision: Decision) -> None:
        """Count an allowed access, and keep the first of its kind."""
        for statement_id in decision.allowed_by:
            self.used[statement_id][access.action] += 1
        kind = str(caller), access.action, decision
        if kind not in self._calls:
            self._calls[kind] = AllowedCall(caller=caller, access=access)

    def put_refusal(self, caller: RoleSession | ServicePrincipal, access: Access, reason: str) -> None:
        """Count a refused access."""
        kind = str(caller), access.action, access.resource, reason
        if kind in self.refused or len(self.refused) < _MOST_REFUSALS:
            self.refused[kind] += 1

    def calls(self) -> list[AllowedCall]:
        """Return one call of each kind that was allowed."""
        return list(self._calls.values())

    def refusals(self) -> list[dict[str, Any]]:
        """Return the refused accesses with their counts."""
        names = ("caller", "action", "resource", "reason")
        return [
            dict(zip(names, kind, strict=True)) | {"count": count} for kind, count in self.refused.items()
        ]
