"""A grant is needed if one of the recorded calls is refused without it."""

from typing import Any

import pytest

from local.twin.permissions.access import Access
from local.twin.permissions.caller import RoleSession, ServicePrincipal
from local.twin.permissions.evaluation import Decision
from local.twin.permissions.mutants import Mutants
from local.twin.permissions.policy import parse_policy
from local.twin.permissions.policy_store import PolicyStore
from local.twin.permissions.record import AllowedCall, PermissionRecord

ROLE = "arn:aws:iam::123456789012:role/reader"
QUEUE = "arn:aws:sqs:eu-central-1:123456789012:dead"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/k"
READER = RoleSession(role_arn=ROLE)
SEND = AllowedCall(caller=READER, access=Access(action="sqs:SendMessage", resource=QUEUE))
DECRYPT = AllowedCall(caller=READER, access=Access(action="kms:Decrypt", resource=KEY))


def allow(*actions: str, resource: str = QUEUE, **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **elements}


def survivors(
    calls: list[AllowedCall],
    of_role: list[dict[str, Any]],
    of_resource: list[dict[str, Any]] | None = None,
    resource: str = QUEUE,
) -> list[list[str]]:
    """Return the surviving actions of each statement, of the role and then of the resource."""
    policies = PolicyStore()
    policies.put_role_policy(ROLE, "role", parse_policy({"Statement": of_role}, "role"))
    policies.put_resource_policy(
        resource, "resource", parse_policy({"Statement": of_resource or []}, "resource")
    )
    mutants = Mutants(policies, calls)
    return [
        list(mutants.unneeded_actions(owner, statement))
        for owner, statements in policies.statements().items()
        for statement in statements
    ]


@pytest.mark.parametrize(
    ("why", "calls", "of_role", "expected"),
    [
        ("a call needs its only grant", [SEND], [allow("sqs:SendMessage")], [[]]),
        ("no call was made", [], [allow("sqs:SendMessage")], [["sqs:SendMessage"]]),
        ("one action of two is used", [SEND], [allow("sqs:SendMessage", "sqs:Get*")], [["sqs:Get*"]]),
        (
            "two statements allow the same, and each alone is enough",
            [SEND],
            [allow("sqs:SendMessage"), allow("sqs:*")],
            [["sqs:SendMessage"], ["sqs:*"]],
        ),
        (
            "two actions of a statement cover the call",
            [SEND],
            [allow("sqs:SendMessage", "sqs:Send*")],
            [["sqs:SendMessage", "sqs:Send*"]],
        ),
        (
            "the statement is on another resource",
            [SEND],
            [allow("sqs:SendMessage"), allow("sqs:SendMessage", resource=QUEUE + "2")],
            [[], ["sqs:SendMessage"]],
        ),
    ],
)
def test_an_action_is_needed_if_a_call_is_refused_without_it(
    why: str, calls: list[AllowedCall], of_role: list[dict[str, Any]], expected: list[list[str]]
) -> None:
    assert survivors(calls, of_role) == expected, why


def test_the_policy_of_a_resource_is_needed_by_a_service() -> None:
    service = ServicePrincipal(name="events.amazonaws.com", source_arn="arn:aws:events:::rule/r")
    granted = allow("sqs:SendMessage", Principal={"Service": "events.amazonaws.com"})

    assert survivors([AllowedCall(caller=service, access=SEND.access)], [], [granted]) == [[]]
    assert survivors([SEND], [allow("sqs:SendMessage")], [granted]) == [[], ["sqs:SendMessage"]]


def test_the_statement_that_leaves_a_key_to_the_account_is_needed_by_the_roles_grant() -> None:
    account = allow("kms:*", resource="*", Principal={"AWS": "arn:aws:iam::123456789012:root"})

    assert survivors([DECRYPT], [allow("kms:Decrypt", resource=KEY)], [account], KEY) == [[], []]
    assert survivors([], [allow("kms:Decrypt", resource=KEY)], [account], KEY) == [["kms:Decrypt"], ["kms:*"]]


def test_an_action_may_be_needed_on_some_of_the_resources_only() -> None:
    policies = PolicyStore()
    granted = {**allow("sqs:SendMessage", "sqs:Get*"), "Resource": [QUEUE, QUEUE + "2", QUEUE + "3*"]}
    (statement,) = parse_policy({"Statement": [granted]}, "role")
    policies.put_role_policy(ROLE, "role", [statement])

    def unneeded(*queues: str) -> set[str]:
        accesses = [Access(action="sqs:SendMessage", resource=queue) for queue in queues]
        mutants = Mutants(policies, [AllowedCall(caller=READER, access=access) for access in accesses])
        pairs = set(mutants.unneeded_resources(ROLE, statement))
        assert {action for action, _ in pairs} <= {"sqs:SendMessage"}, "an unneeded action is no pair"
        return {resource for _, resource in pairs}

    assert unneeded() == set()
    assert unneeded(QUEUE) == {QUEUE + "2", QUEUE + "3*"}
    assert unneeded(QUEUE, QUEUE + "2", QUEUE + "33") == set()


def test_the_record_keeps_one_call_of_each_kind() -> None:
    record = PermissionRecord()
    for queue in (QUEUE, QUEUE + "2"):
        record.put_use(
            READER, Access(action="sqs:SendMessage", resource=queue), Decision(allowed_by=("role/0",))
        )
    for decision in (
        Decision(allowed_by=("role/0", "role/1")),
        Decision(allowed_by=("role/0", "role/1"), covered_by=(QUEUE,)),
    ):
        record.put_use(READER, Access(action="sqs:SendMessage", resource=QUEUE), decision)

    assert record.used["role/0"]["sqs:SendMessage"] == 4
    assert [call.access.resource for call in record.calls()] == [QUEUE] * 3
