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


def test_a_resource_that_reads_a_parameter_comes_after_it() -> None:
    # GIVEN a template whose parameter has the value of an SSM parameter of another stack
    template = {
        "Parameters": {"Id": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/stage/id"}},
        "Resources": {"Function": {"Type": "F", "Properties": {"Id": {"Ref": "Id"}}}},
    }
    reads = Stack(id="reads", name="reads", template=template, region=None, dependencies=())
    writes = stack("writes", {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/stage/id"}}})
    assert creation_order({"reads": reads, "writes": writes}) == [("writes", "P"), ("reads", "Function")]


def test_a_cycle_is_an_error_that_names_its_members() -> None:
    cycle = stack(
        "s", {"A": {"Type": "T", "Properties": {"B": {"Ref": "B"}}}, "B": {"Type": "T", "DependsOn": "A"}}
    )

    with pytest.raises(CircularReferenceError, match=r"s/A, s/B"):
        creation_order({"s": cycle})
