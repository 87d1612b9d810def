"""Updating one stack as CloudFormation does: create and change in order, then delete; or roll back.

Sources:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from local.twin.provision.assembly import Stack
from local.twin.provision.changes import Action, Change
from local.twin.provision.deployed_stacks import DeployedStacks
from local.twin.provision.errors import (
    ExportInUseError,
    NameTakenError,
    ProvisionError,
    StackRolledBackError,
    TypeChangedError,
    UpdateFailedError,
)
from local.twin.provision.graph import creation_order
from local.twin.provision.resource_actions import ResourceActions
from local.twin.provision.resources import Deployed, Resource
from local.twin.provision.update_behaviour import is_replaced, kept_name

_RETAINING = frozenset({"Retain", "RetainExceptOnCreate", "Snapshot"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A resource as it was before the update, or None, and as it is now."""

    before: Deployed | None
    now: Deployed

    @property
    def is_new(self) -> bool:
        """True if what is there now was created by the update."""
        return self.before is None or self.before.created.physical_id != self.now.created.physical_id


class StackUpdate:
    """The way of one stack from the template with which it is deployed, if it is, to another."""

    def __init__(
        self,
        stack: Stack,
        *,
        deployed: DeployedStacks,
        actions: ResourceActions,
        is_stopped: Callable[[], bool],
    ) -> None:
        self._stack = stack
        self._deployed = deployed
        self._actions = actions
        self._is_stopped = is_stopped
        self._old = deployed.stack(stack.name)
        self._before = deployed.resources(stack.name)
        self._old_exports = deployed.exports(self._old) if self._old else {}
        self._steps: list[Step] = []
        self._kept: set[str] = set()

    def run(self) -> list[Change]:
        """Bring the stack to its new template, and return what changed; raises StackRolledBackError."""
        order = _order(self._stack)
        self._deployed.put_stack(self._stack)
        try:
            for logical_id in order:
                if self._is_stopped():
                    return []
                self._apply(logical_id)
            self._deployed.put_outputs(self._stack)
            self._publish_exports()
        except ProvisionError as error:
            raise StackRolledBackError(self._stack.name, error, self._roll_back()) from error
        return [self._change(step) for step in self._steps] + list(self._clean_up())

    def _apply(self, logical_id: str) -> None:
        resource = self._deployed.declared(self._stack, logical_id)
        before = self._before.get(logical_id)
        if resource is None:
            return
        self._kept.add(logical_id)
        if before is None:
            self._create(resource, None)
        elif before.resource.type != resource.type:
            raise TypeChangedError(resource.place, before.resource.type, resource.type)
        elif before.resource.properties == resource.properties:
            resource = replace(resource, number=before.resource.number)
            self._deployed.put_resource(Deployed(resource=resource, created=before.created))
        elif is_replaced(before.resource, resource):
            name = kept_name(before.resource, resource)
            if name is not None:
                raise NameTakenError(f"{resource.place} ({resource.type})", name)
            self._create(resource, before)
        else:
            self._update(resource, before)

    def _update(self, resource: Resource, before: Deployed) -> None:
        try:
            now = self._actions.update(before, resource)
        except UpdateFailedError:
            # A part of the change may have been made.
            self._put(before, Deployed(resource=resource, created=before.created))
            raise
        self._put(before, now)

    def _create(self, resource: Resource, before: Deployed | None) -> None:
        resource = replace(resource, number=self._deployed.next_number(resource))
        self._put(before, self._actions.create(resource))

    def _put(self, before: Deployed | None, now: Deployed) -> None:
        self._steps.append(Step(before=before, now=now))
        self._deployed.put_resource(now)

    def _publish_exports(self) -> None:
        """Let other stacks import the new values; raises ExportInUseError for one that may not change."""
        exports = self._deployed.exports(self._stack)
        for name, value in self._old_exports.items():
            if name in exports and exports[name] == value:
                continue
            if importers := self._deployed.importers(name) - {self._stack.name}:
                raise ExportInUseError(name, importers)
        self._deployed.remove_exports(self._old_exports.keys() - exports.keys())
        self._deployed.put_exports(exports)

    def _change(self, step: Step) -> Change:
        if step.before is None:
            return _change(step.now, Action.CREATED)
        return _change(step.now, Action.REPLACED if step.is_new else Action.UPDATED)

    def _clean_up(self) -> Iterable[Change]:
        """Delete what was replaced and what the template has no more, users first."""
        if self._old is None:
            return
        replaced = {step.now.resource.logical_id for step in self._steps if step.before and step.is_new}
        for logical_id in reversed(_order(self._old)):
            gone = self._before.get(logical_id)
            if gone is None or (logical_id in self._kept and logical_id not in replaced):
                continue
            if logical_id not in self._kept:
                self._deployed.remove_resource(self._stack.name, logical_id)
            policy = "UpdateReplacePolicy" if logical_id in replaced else "DeletionPolicy"
            reason = self._delete_unless_retained(gone, self._old, policy, _RETAINING)
            if reason is not None:
                yield _change(gone, Action.LEFT, reason)
            elif logical_id not in self._kept:
                yield _change(gone, Action.DELETED)

    def _roll_back(self) -> Sequence[str]:
        """Undo the steps, and return what could not be undone."""
        failures = []
        for step in self._steps:
            if step.before is None:
                continue
            self._deployed.put_resource(step.before)
            if not step.is_new:
                failures += self._restore(step.before, step.now)
        for step in reversed(self._steps):
            if not step.is_new:
                continue
            if step.before is None:
                self._deployed.remove_resource(self._stack.name, step.now.resource.logical_id)
            reason = self._delete_unless_retained(step.now, self._stack, "DeletionPolicy", {"Retain"})
            if reason is not None:
                failures.append(f"{step.now.resource.place} is left: {reason}")
        if self._old is None:
            self._deployed.remove_stack(self._stack.name)
        else:
            self._deployed.put_stack(self._old)
            self._deployed.put_outputs(self._old)
        return failures

    def _restore(self, before: Deployed, now: Deployed) -> list[str]:
        try:
            self._deployed.put_resource(self._actions.update(now, before.resource))
        except ProvisionError as error:
            return [str(error)]
        return []

    def _delete_unless_retained(
        self, gone: Deployed, stack: Stack, policy: str, retaining: Iterable[str]
    ) -> str | None:
        declared = stack.resources[gone.resource.logical_id].get(policy, "Delete")
        if declared in retaining:
            return f"its {policy} is {declared}"
        return self._actions.delete(gone)


def _order(stack: Stack) -> list[str]:
    return [logical_id for name, logical_id in creation_order({stack.name: stack}) if name == stack.name]


def _change(deployed: Deployed, action: Action, reason: str = "") -> Change:
    resource = deployed.resource
    return Change(
        stack=resource.stack,
        logical_id=resource.logical_id,
        type=resource.type,
        action=action,
        reason=reason,
    )
