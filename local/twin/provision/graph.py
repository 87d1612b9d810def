"""The order of creation: a resource comes after the resources that it refers to."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from local.twin.provision.assembly import Stack
from local.twin.provision.errors import CircularReferenceError
from local.twin.provision.intrinsics import references

Node = tuple[str, str]


def creation_order(stacks: Mapping[str, Stack]) -> list[Node]:
    """Return (stack, logical id) of every resource in order of creation; raises CircularReferenceError."""
    exports, parameters = _exports(stacks), _ssm_parameters(stacks)
    sorter: TopologicalSorter[Node] = TopologicalSorter()
    for name, stack in stacks.items():
        for logical_id, declared in stack.resources.items():
            wanted = _dependencies(name, stack, declared, exports) | _read(stack, declared, parameters)
            sorter.add((name, logical_id), *sorted(wanted - {(name, logical_id)}))
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise CircularReferenceError(
            {f"{stack}/{logical_id}" for stack, logical_id in error.args[1]}
        ) from error


def _dependencies(
    name: str, stack: Stack, declared: Mapping[str, Any], exports: Mapping[str, tuple[str, Any]]
) -> set[Node]:
    after = declared.get("DependsOn", ())
    wanted = {(name, other) for other in ([after] if isinstance(after, str) else after)}
    wanted |= _targets(name, stack, declared.get("Properties", {}), exports)
    return {(owner, other) for owner, other in wanted if owner != name or other in stack.resources}


def _targets(name: str, stack: Stack, value: Any, exports: Mapping[str, tuple[str, Any]]) -> set[Node]:
    found: set[Node] = set()
    for kind, target in references(value):
        if kind == "resource":
            if target in stack.resources:
                found.add((name, target))
        elif target in exports:
            owner, exported = exports[target]
            found |= {(owner, other) for sort, other in references(exported) if sort == "resource"}
    return found


def _read(stack: Stack, declared: Mapping[str, Any], parameters: Mapping[str, Node]) -> set[Node]:
    """Return the SSM parameters whose values a resource gets through parameters of its template."""
    names = [
        stack.template.get("Parameters", {}).get(target, {}).get("Default")
        for kind, target in references(declared.get("Properties", {}))
        if kind == "resource"
    ]
    return {parameters[name] for name in names if name in parameters}


def _ssm_parameters(stacks: Mapping[str, Stack]) -> dict[str, Node]:
    return {
        declared["Properties"]["Name"]: (name, logical_id)
        for name, stack in stacks.items()
        for logical_id, declared in stack.resources.items()
        if declared["Type"] == "AWS::SSM::Parameter" and isinstance(declared["Properties"].get("Name"), str)
    }


def _exports(stacks: Mapping[str, Stack]) -> dict[str, tuple[str, Any]]:
    return {
        output["Export"]["Name"]: (name, output["Value"])
        for name, stack in stacks.items()
        for output in stack.template.get("Outputs", {}).values()
        if isinstance(output.get("Export", {}).get("Name"), str)
    }
