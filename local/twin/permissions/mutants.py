"""Whether each grant is needed: the recorded calls are decided again by policies that lack it.

A mutant is the deployed policies without one action of one statement, or without that action on one of the
statement's resources. It survives if every recorded call is still allowed: no test needs the grant, because
none makes a call for it or another statement allows it too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from local.twin.permissions.caller import RoleSession
from local.twin.permissions.evaluation import decide
from local.twin.permissions.policy import Statement
from local.twin.permissions.policy_store import PolicyStore, owner_of
from local.twin.permissions.record import AllowedCall


class Mutants:
    """The mutants of the deployed policies, held against recorded calls."""

    def __init__(self, policies: PolicyStore, calls: Iterable[AllowedCall]) -> None:
        self._policies = policies
        self._calls: defaultdict[str, list[AllowedCall]] = defaultdict(list)
        for call in calls:
            self._calls[owner_of(call.access.resource)].append(call)
            if isinstance(call.caller, RoleSession):
                self._calls[call.caller.role_arn].append(call)

    def unneeded_actions(self, owner: str, statement: Statement) -> Iterator[str]:
        """Yield the actions of a statement of a role or resource that no recorded call needs."""
        for action in statement.actions.patterns:
            if self._survives(owner, statement, _without_action(statement, action)):
                yield action

    def unneeded_resources(self, owner: str, statement: Statement) -> Iterator[tuple[str, str]]:
        """Yield the actions that are needed, each with a resource of several on which it is not."""
        resources = statement.resources
        if len(resources.patterns) < 2 or resources.negated:
            return
        for action in set(statement.actions.patterns) - set(self.unneeded_actions(owner, statement)):
            for resource in resources.patterns:
                if self._survives(owner, statement, _without_pair(statement, action, resource)):
                    yield action, resource

    def _survives(self, owner: str, statement: Statement, left: Sequence[Statement]) -> bool:
        """True if every recorded call that a statement is about is allowed with what is left of it."""
        return all(
            self._is_allowed(call, statement, left)
            for call in self._calls[owner]
            if statement.actions.match(call.access.action) and statement.resources.match(call.access.resource)
        )

    def _is_allowed(self, call: AllowedCall, statement: Statement, left: Sequence[Statement]) -> bool:
        about = self._policies.about(call.caller, call.access)
        return decide(
            call.caller,
            call.access,
            identity=_reduced(about.identity, statement, left),
            resource=_reduced(about.resource, statement, left),
            needs_resource_policy=about.needs_resource_policy,
        ).allowed


def _without_action(statement: Statement, action: str) -> list[Statement]:
    """Return what is left of a statement without an action."""
    patterns = statement.actions.without(action)
    return [replace(statement, actions=replace(statement.actions, patterns=patterns))] if patterns else []


def _without_pair(statement: Statement, action: str, resource: str) -> list[Statement]:
    """Return what is left of a statement without an action on one of its resources."""
    alone = replace(statement.actions, patterns=(action,))
    others = replace(statement.resources, patterns=statement.resources.without(resource))
    return [*_without_action(statement, action), replace(statement, actions=alone, resources=others)]


def _reduced(
    statements: Sequence[Statement], changed: Statement, left: Sequence[Statement]
) -> list[Statement]:
    """Return the statements with what is left of one of them in its place."""
    others = [each for each in statements if each is not changed]
    return [*others, *left] if changed in statements else others
