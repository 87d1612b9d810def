"""Deploying stacks: the first ones all at once, later ones and changes stack by stack."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from local.twin.provision.assembly import Stack
from local.twin.provision.changes import Change
from local.twin.provision.creators import CREATORS
from local.twin.provision.deployed_stacks import DeployedStacks
from local.twin.provision.errors import UnknownResourceTypeError
from local.twin.provision.graph import creation_order
from local.twin.provision.left_out import LEFT_OUT
from local.twin.provision.resource_actions import ResourceActions
from local.twin.provision.resources import ProvisionContext
from local.twin.provision.stack_update import StackUpdate


class Provisioner:
    """Creates and updates stacks; runs in a thread, one deployment at a time."""

    def __init__(self, context: ProvisionContext) -> None:
        self._context = context
        self._deployed = DeployedStacks(context)
        self._actions = ResourceActions(context)
        self._is_stopped = False

    @property
    def outputs(self) -> Mapping[str, Mapping[str, Any]]:
        """The outputs of every deployed stack."""
        return self._deployed.outputs

    def stop(self) -> None:
        """Do nothing after the present resource."""
        self._is_stopped = True

    def add_assets(self, assets: Mapping[str, Path]) -> None:
        """Let resources use the assets of an assembly, by object key."""
        self._context.assets.update(assets)

    def create(self, stacks: Iterable[Stack]) -> None:
        """Create the resources of these stacks, in the order of all their references.

        Nothing is rolled back: a twin that cannot start ends. Raises ProvisionError.
        """
        added = {stack.name: stack for stack in stacks}
        for stack in added.values():
            self._deployed.put_stack(stack)
        _refuse_unknown_types(added)
        remaining = dict.fromkeys(added, 0)
        order = [node for node in creation_order(added) if node[0] in added]
        for name, _ in order:
            remaining[name] += 1
        for name in [name for name, count in remaining.items() if not count]:
            self._finish(added[name])
        for name, logical_id in order:
            if self._is_stopped:
                return
            self._create_one(added[name], logical_id)
            self._deployed.put_exports(self._deployed.exports(added[name]))
            remaining[name] -= 1
            if not remaining[name]:
                self._finish(added[name])

    def deploy(self, stack: Stack) -> list[Change]:
        """Create a stack, or update it to this template; raises ProvisionError after it was rolled back."""
        _refuse_unknown_types({stack.name: stack})
        update = StackUpdate(
            stack, deployed=self._deployed, actions=self._actions, is_stopped=lambda: self._is_stopped
        )
        return update.run()

    def resources(self, stack: str) -> list[dict[str, str]]:
        """Return the logical id, physical id and type of each resource of a stack."""
        return [
            {
                "LogicalResourceId": logical_id,
                "PhysicalResourceId": deployed.created.physical_id,
                "ResourceType": deployed.resource.type,
            }
            for logical_id, deployed in self._deployed.resources(stack).items()
        ]

    def _create_one(self, stack: Stack, logical_id: str) -> None:
        resource = self._deployed.declared(stack, logical_id)
        if resource is not None:
            self._deployed.next_number(resource)
            self._deployed.put_resource(self._actions.create(resource))

    def _finish(self, stack: Stack) -> None:
        self._deployed.put_outputs(stack)
        self._deployed.put_exports(self._deployed.exports(stack))


def _refuse_unknown_types(stacks: Mapping[str, Stack]) -> None:
    unknown = {
        f"{declared['Type']} ({name}/{logical_id})"
        for name, stack in stacks.items()
        for logical_id, declared in stack.resources.items()
        if declared["Type"] not in CREATORS and declared["Type"] not in LEFT_OUT
    }
    if unknown:
        raise UnknownResourceTypeError(unknown)
