"""A stack is updated as CloudFormation does: in order, with replacements, and all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from local.twin.endpoints import Endpoint
from local.twin.provision.assembly import Stack
from local.twin.provision.changes import Action, Change
from local.twin.provision.deployed_stacks import DeployedStacks
from local.twin.provision.errors import CreationFailedError, StackRolledBackError, UpdateFailedError
from local.twin.provision.resources import Created, Deployed, Resource
from local.twin.provision.stack_update import StackUpdate

QUEUE, TOPIC, ROLE = "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::IAM::Role"
Resources = dict[str, dict[str, Any]]


@dataclass(kw_only=True)
class FakeActions:
    """Records what is done to resources.

    `refused` are the logical ids whose creation or next update fails, `undeletable` those that stay.
    """

    done: list[str] = field(default_factory=list)
    exists: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The properties of what exists, by physical id."""
    refused: set[str] = field(default_factory=set)
    undeletable: set[str] = field(default_factory=set)
    new_ids: dict[str, str] = field(default_factory=dict)
    """The physical ids that functions behind custom resources return for an update."""

    def create(self, resource: Resource) -> Deployed:
        self.done.append(f"create {resource.logical_id}")
        if resource.logical_id in self.refused:
            raise CreationFailedError(resource.place, ValueError("no"))
        physical_id = str(resource.properties.get("Name", f"{resource.logical_id}-{resource.number}"))
        self.exists[physical_id] = resource.properties
        return Deployed(resource=resource, created=Created(physical_id=physical_id))

    def update(self, deployed: Deployed, resource: Resource) -> Deployed:
        self.done.append(f"update {resource.logical_id}")
        if resource.logical_id in self.refused:
            self.refused.discard(resource.logical_id)
            raise UpdateFailedError(resource.place, ValueError("no"))
        physical_id = self.new_ids.get(resource.logical_id, deployed.created.physical_id)
        self.exists[physical_id] = resource.properties
        return Deployed(resource=resource, created=Created(physical_id=physical_id))

    def delete(self, deployed: Deployed) -> str | None:
        self.done.append(f"delete {deployed.created.physical_id}")
        if deployed.resource.logical_id in self.undeletable:
            return "in use"
        del self.exists[deployed.created.physical_id]
        return None


class Twin:
    """Stacks on fake services."""

    def __init__(self) -> None:
        context: Any = SimpleNamespace(endpoint=Endpoint(port=4566), arn=lambda *parts: ":".join(parts))
        self.deployed = DeployedStacks(context)
        self.actions = FakeActions()

    def deploy(
        self, resources: Resources, name: str = "s", *, conditions: Any = None, **outputs: Any
    ) -> list[Change]:
        template = {
            "Resources": resources,
            "Conditions": conditions or {},
            "Outputs": {
                key: {"Value": value, "Export": {"Name": f"{name}:{key}"}} for key, value in outputs.items()
            },
        }
        stack = Stack(id=name, name=name, template=template, region=None, dependencies=())
        self.actions.done.clear()
        actions: Any = self.actions
        return StackUpdate(stack, deployed=self.deployed, actions=actions, is_stopped=lambda: False).run()


@pytest.fixture
def twin() -> Twin:
    return Twin()


def of(kind: str, *, policy: str | None = None, depends_on: str | None = None, **properties: Any) -> Any:
    declared: dict[str, Any] = {"Type": kind, "Properties": properties}
    if policy:
        declared |= {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
    if depends_on:
        declared["DependsOn"] = depends_on
    return declared


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def actions(changes: list[Change]) -> dict[str, Action]:
    return {change.logical_id: change.action for change in changes}


def test_a_new_stack_is_created_in_the_order_of_its_references(twin: Twin) -> None:
    changes = twin.deploy({"B": of(QUEUE, Of=ref("A")), "A": of(TOPIC)}, Name=ref("B"))
    assert twin.actions.done == ["create A", "create B"]
    assert actions(changes) == {"A": Action.CREATED, "B": Action.CREATED}
    assert twin.deployed.outputs == {"s": {"Name": "B-0"}}


def test_only_what_differs_is_changed_in_place(twin: Twin) -> None:
    twin.deploy({"A": of(QUEUE, VisibilityTimeout=1), "B": of(QUEUE, Of=ref("A"))})
    changes = twin.deploy({"A": of(QUEUE, VisibilityTimeout=2), "B": of(QUEUE, Of=ref("A"))})
    assert twin.actions.done == ["update A"]
    assert actions(changes) == {"A": Action.UPDATED}
    assert twin.actions.exists["A-0"] == {"VisibilityTimeout": 2}


def test_a_replacement_exists_before_the_old_resource_is_deleted_and_users_follow_it(twin: Twin) -> None:
    # GIVEN a topic, a queue that can change whose topic it is for, and a policy that cannot
    def stack(fifo: bool) -> Resources:
        return {
            "T": of(TOPIC, FifoTopic=fifo),
            "Q": of(QUEUE, Of=ref("T")),
            "P": of("AWS::SNS::Subscription", TopicArn=ref("T")),
        }

    twin.deploy(stack(False))
    # WHEN a property of the topic changes that is only set at creation
    changes = twin.deploy(stack(True))
    # THEN it is created anew first, its users follow, and the old ones are deleted, users first
    assert twin.actions.done == ["create T", "update Q", "create P", "delete P-0", "delete T-0"]
    assert actions(changes) == {"T": Action.REPLACED, "Q": Action.UPDATED, "P": Action.REPLACED}
    assert twin.actions.exists["Q-0"] == {"Of": "T-1"}


def test_what_the_template_has_no_more_is_deleted_after_everything_else(twin: Twin) -> None:
    twin.deploy({"A": of(TOPIC), "B": of(QUEUE, Of=ref("A")), "C": of(QUEUE)})
    changes = twin.deploy({"C": of(QUEUE, VisibilityTimeout=2), "D": of(QUEUE)})
    assert twin.actions.done == ["update C", "create D", "delete B-0", "delete A-0"]
    assert actions(changes)["A"] == actions(changes)["B"] == Action.DELETED


def test_a_resource_whose_condition_is_false_now_is_deleted(twin: Twin) -> None:
    optional = {**of(QUEUE), "Condition": "Wanted"}
    twin.deploy({"A": optional}, conditions={"Wanted": {"Fn::Equals": ["1", "1"]}})
    twin.deploy({"A": optional}, conditions={"Wanted": {"Fn::Equals": ["1", "2"]}})
    assert twin.actions.exists == {}


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_what_a_policy_retains_is_left(twin: Twin, policy: str) -> None:
    twin.deploy({"A": of(TOPIC, policy=policy), "B": of(TOPIC, policy=policy)})
    changes = twin.deploy({"B": of(TOPIC, policy=policy, FifoTopic=True)})
    left = {change.logical_id: change.reason for change in changes if change.action is Action.LEFT}
    assert left == {"A": f"its DeletionPolicy is {policy}", "B": f"its UpdateReplacePolicy is {policy}"}
    assert twin.actions.exists.keys() == {"A-0", "B-0", "B-1"}


def test_what_a_service_does_not_delete_is_left_and_the_update_succeeds(twin: Twin) -> None:
    twin.deploy({"A": of(TOPIC)})
    twin.actions.undeletable = {"A"}
    (change,) = twin.deploy({})
    assert (change.action, change.reason) == (Action.LEFT, "in use")
    # A later resource of this logical id has another generated name
    twin.deploy({"A": of(TOPIC)})
    assert twin.actions.exists.keys() == {"A-0", "A-1"}


def test_a_custom_resource_with_another_physical_id_was_replaced(twin: Twin) -> None:
    twin.deploy({"A": of("Custom::Call", Value=1)})
    twin.actions.new_ids = {"A": "second"}
    changes = twin.deploy({"A": of("Custom::Call", Value=2)})
    assert actions(changes) == {"A": Action.REPLACED}
    assert twin.actions.done == ["update A", "delete A-0"]


def test_an_update_that_fails_leaves_the_stack_as_it_was(twin: Twin) -> None:
    # GIVEN a stack, and one that imports from it
    first = {"A": of(QUEUE, VisibilityTimeout=1), "T": of(TOPIC), "Z": of(QUEUE, Of=ref("T"))}
    twin.deploy(first, Topic=ref("T"))
    before = dict(twin.actions.exists)
    # WHEN its update changes a queue, replaces the topic, creates a role, and then is refused
    twin.actions.refused = {"Last"}
    with pytest.raises(StackRolledBackError, match="the update of s was rolled back: s/Last could not be"):
        twin.deploy(
            {
                "A": of(QUEUE, VisibilityTimeout=2),
                "T": of(TOPIC, FifoTopic=True),
                "Z": of(QUEUE, Of=ref("T")),
                "New": of(ROLE),
                "Last": of(QUEUE, depends_on="New", Of=[ref("A"), ref("Z")]),
            },
            Topic=ref("T"),
        )
    # THEN everything is as before: what was changed is changed back before what was created is deleted
    assert twin.actions.exists == before
    undone = twin.actions.done[twin.actions.done.index("create Last") + 1 :]
    assert [each.split()[0] for each in undone] == ["update", "update", "delete", "delete"]
    assert twin.deployed.outputs == {"s": {"Topic": "T-0"}}
    # AND the next update starts from there
    assert twin.deploy(first, Topic=ref("T")) == []


def test_a_refused_change_is_undone_itself_because_a_part_may_have_been_made(twin: Twin) -> None:
    twin.deploy({"A": of(QUEUE, VisibilityTimeout=1)})
    twin.actions.refused = {"A"}
    with pytest.raises(StackRolledBackError, match="s/A could not be updated"):
        twin.deploy({"A": of(QUEUE, VisibilityTimeout=2)})
    assert twin.actions.done == ["update A", "update A"]
    assert twin.actions.exists["A-0"] == {"VisibilityTimeout": 1}


def test_a_stack_whose_creation_fails_is_gone_but_for_what_it_retains(twin: Twin) -> None:
    twin.actions.refused = {"Z"}
    with pytest.raises(StackRolledBackError):
        twin.deploy(
            {
                "A": of(TOPIC),
                "B": of(TOPIC, policy="RetainExceptOnCreate"),
                "C": of(TOPIC, policy="Retain"),
                "Z": of(QUEUE, Of=[ref("A"), ref("B"), ref("C")]),
            }
        )
    assert twin.actions.exists.keys() == {"C-0"}
    assert twin.deployed.stack("s") is None
    assert twin.deployed.resources("s") == {}


def test_what_cannot_be_undone_is_named(twin: Twin) -> None:
    twin.actions.refused, twin.actions.undeletable = {"Z"}, {"A"}
    with pytest.raises(StackRolledBackError, match="these could not be undone: s/A is left: in use"):
        twin.deploy({"A": of(TOPIC), "Z": of(QUEUE, Of=ref("A"))})


def test_a_replacement_under_a_fixed_name_is_refused_before_anything_is_created(twin: Twin) -> None:
    twin.deploy({"F": of("AWS::Lambda::Function", FunctionName="f", PackageType="Zip")})
    with pytest.raises(StackRolledBackError, match="has to be replaced, and the present one has its name, f"):
        twin.deploy({"F": of("AWS::Lambda::Function", FunctionName="f", PackageType="Image")})
    assert twin.actions.done == []


def test_the_type_of_a_logical_id_never_changes(twin: Twin) -> None:
    twin.deploy({"A": of(QUEUE)})
    with pytest.raises(StackRolledBackError, match=f"s/A: expected the type {QUEUE}"):
        twin.deploy({"A": of(TOPIC)})


@pytest.mark.parametrize("change", ["removed", "replaced"])
def test_an_export_that_another_stack_imports_stays_as_it_is(twin: Twin, change: str) -> None:
    # GIVEN a stack that imports a topic
    twin.deploy({"T": of(TOPIC)}, "data", Topic=ref("T"))
    twin.deploy({"Q": of(QUEUE, Of={"Fn::ImportValue": "data:Topic"})}, "uses")
    # WHEN the topic goes, or is replaced
    gone: Resources = {} if change == "removed" else {"T": of(TOPIC, FifoTopic=True)}
    outputs = {} if change == "removed" else {"Topic": ref("T")}
    with pytest.raises(StackRolledBackError, match="the export data:Topic to stay as it is, because uses"):
        twin.deploy(gone, "data", **outputs)
    # THEN it is still there
    assert twin.actions.exists.keys() == {"T-0", "Q-0"}
    # AND it may go once nobody imports it
    twin.deploy({"Q": of(QUEUE)}, "uses")
    twin.deploy(gone, "data", **outputs)
    assert "T-0" not in twin.actions.exists


def test_an_update_of_a_twin_that_stops_does_no_more(twin: Twin) -> None:
    stack = Stack(id="s", name="s", template={"Resources": {"A": of(TOPIC)}}, region=None, dependencies=())
    fakes: Any = twin.actions
    update = StackUpdate(stack, deployed=twin.deployed, actions=fakes, is_stopped=lambda: True)
    assert update.run() == []
    assert twin.actions.done == []
