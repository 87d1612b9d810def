"""Resources are created after those that they refer to, in any stack."""

from typing import Any

import pytest

from local.twin.provision.assembly import Stack
from local.twin.provision.errors import CircularReferenceError
from local.twin.provision.graph import creation_order


def stack(name: str, resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> Stack:
    template = {"Resources": resources, "Outputs": outputs or {}}
    return Stack(id=name, name=name, template=template, region=None, dependencies=())


def test_resources_come_after_their_dependencies_of_every_kind() -> None:
    # GIVEN a function that imports a table of another stack, and depends on its role
    uses = stack(
        "uses",
        {
            "Function": {
                "Type": "F",
                "Properties": {"Table": {"Fn::ImportValue": "data:Table"}},
                "DependsOn": ["Role"],
            },
            "Role": {"Type": "R"},
        },
    )
    data = stack(
        "data",
        {"Table": {"Type": "T"}},
        {"Out": {"Value": {"Ref": "Table"}, "Export": {"Name": "data:Table"}}},
    )

    # WHEN the stacks are given in the wrong order
    order = creation_order({"uses": uses, "data": data})

    # THEN the function comes last
    assert order[-1] == ("uses", "Function")
    assert set(order[:-1]) == {("data", "Table"), ("uses", "Role")}


def test_a_cycle_is_an_error_that_names_its_members() -> None:
    cycle = stack(
        "s", {"A": {"Type": "T", "Properties": {"B": {"Ref": "B"}}}, "B": {"Type": "T", "DependsOn": "A"}}
    )

    with pytest.raises(CircularReferenceError, match=r"s/A, s/B"):
        creation_order({"s": cycle})
