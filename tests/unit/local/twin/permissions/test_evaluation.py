"""Decisions follow AWS's documented rules: "Policy evaluation logic" and "IAM JSON policy elements"."""

from collections.abc import Sequence
from typing import Any

import pytest

from local.twin.permissions.access import Access
from local.twin.permissions.caller import RoleSession, ServicePrincipal
from local.twin.permissions.errors import UnsupportedPolicyError
from local.twin.permissions.evaluation import decide
from local.twin.permissions.policy import Statement, parse_policy

ROLE = "arn:aws:iam::123456789012:role/reader"
ACCOUNT = {"AWS": "arn:aws:iam::123456789012:root"}
RULE = "arn:aws:events:eu-central-1:123456789012:rule/arrived"
QUEUE = "arn:aws:sqs:eu-central-1:123456789012:dead"
READER = RoleSession(role_arn=ROLE)
EVENTS = ServicePrincipal(name="events.amazonaws.com", source_arn=RULE)
SEND = Access(action="sqs:SendMessage", resource=QUEUE)
NOBODY: list[dict[str, Any]] = []


def allow(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE, **elements}


def deny(**elements: Any) -> dict[str, Any]:
    return allow(**elements) | {"Effect": "Deny"}


def statements(listed: Sequence[dict[str, Any]]) -> list[Statement]:
    return parse_policy({"Statement": list(listed)}, "policy")


@pytest.mark.parametrize(
    ("rule", "identity", "resource", "allowed"),
    [
        ("nothing is allowed by default", NOBODY, NOBODY, False),
        ("an allow of the role is enough", [allow()], NOBODY, True),
        ("an allow of the resource for the role is enough", NOBODY, [allow(Principal={"AWS": ROLE})], True),
        ("an allow of the resource for anybody is enough", NOBODY, [allow(Principal="*")], True),
        ("an allow for another role is none", NOBODY, [allow(Principal={"AWS": ROLE + "2"})], False),
        ("naming the account leaves it to the role's policies", NOBODY, [allow(Principal=ACCOUNT)], False),
        ("a deny of the role wins", [allow(), deny()], [allow(Principal="*")], False),
        ("a deny of the resource wins", [allow()], [deny(Principal={"AWS": "*"})], False),
        ("a deny for another role is none", [allow()], [deny(Principal={"AWS": ROLE + "2"})], True),
        (
            "a deny whose condition fails is none",
            [allow()],
            [deny(Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})],
            True,
        ),
        (
            "an allow whose condition fails is none",
            [allow(Condition={"Bool": {"aws:SecureTransport": "false"}})],
            NOBODY,
            False,
        ),
    ],
)
def test_an_explicit_deny_wins_and_one_allow_is_enough(
    rule: str, identity: list[dict[str, Any]], resource: list[dict[str, Any]], allowed: bool
) -> None:
    decision = decide(READER, SEND, identity=statements(identity), resource=statements(resource))

    assert decision.allowed is allowed, rule
    assert bool(decision.allowed_by) is allowed


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        (NOBODY, False),
        ([allow(Principal={"Service": "events.amazonaws.com"})], True),
        ([allow(Principal={"Service": ["sns.amazonaws.com", "events.amazonaws.com"]})], True),
        ([allow(Principal={"Service": "sns.amazonaws.com"})], False),
        (
            [
                allow(
                    Principal={"Service": "events.amazonaws.com"},
                    Condition={"ArnEquals": {"aws:SourceArn": RULE}},
                )
            ],
            True,
        ),
        (
            [
                allow(
                    Principal={"Service": "events.amazonaws.com"},
                    Condition={"ArnLike": {"AWS:SourceArn": RULE + "2"}},
                )
            ],
            False,
        ),
        (
            [
                allow(
                    Principal={"Service": "events.amazonaws.com"},
                    Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}},
                )
            ],
            True,
        ),
        (
            [
                allow(
                    Principal={"Service": "events.amazonaws.com"},
                    Condition={"StringEquals": {"aws:SourceAccount": "1"}},
                )
            ],
            False,
        ),
    ],
)
def test_a_service_needs_the_policy_of_the_resource(resource: list[dict[str, Any]], allowed: bool) -> None:
    decision = decide(EVENTS, SEND, identity=statements([allow()]), resource=statements(resource))

    assert decision.allowed is allowed


@pytest.mark.parametrize(
    ("identity", "resource", "allowed"),
    [
        ([allow()], NOBODY, False),
        ([allow()], [allow(Principal=ACCOUNT)], True),
        (NOBODY, [allow(Principal=ACCOUNT)], False),
        (NOBODY, [allow(Principal={"AWS": ROLE})], True),
    ],
)
def test_the_policy_of_a_key_must_allow_or_leave_it_to_the_account(
    identity: list[dict[str, Any]], resource: list[dict[str, Any]], allowed: bool
) -> None:
    decision = decide(
        READER,
        SEND,
        identity=statements(identity),
        resource=statements(resource),
        needs_resource_policy=True,
    )

    assert decision.allowed is allowed


@pytest.mark.parametrize(
    ("elements", "action", "resource", "allowed"),
    [
        ({"Action": "*", "Resource": "*"}, "s3:GetObject", "arn:aws:s3:::raw/a", True),
        ({"Action": "S3:getobject", "Resource": "*"}, "s3:GetObject", "arn:aws:s3:::raw/a", True),
        ({"Action": "s3:Get*", "Resource": "*"}, "s3:PutObject", "arn:aws:s3:::raw/a", False),
        ({"Action": "s3:?etObject", "Resource": "*"}, "s3:GetObject", "arn:aws:s3:::raw/a", True),
        (
            {"Action": ["s3:PutObject", "s3:GetObject"], "Resource": "arn:aws:s3:::raw/*"},
            "s3:GetObject",
            "arn:aws:s3:::raw/a/b",
            True,
        ),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::raw/*"}, "s3:ListBucket", "arn:aws:s3:::raw", False),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::RAW/*"}, "s3:GetObject", "arn:aws:s3:::raw/a", False),
        ({"NotAction": "s3:Delete*", "Resource": "*"}, "s3:GetObject", "arn:aws:s3:::raw/a", True),
        ({"NotAction": "s3:Delete*", "Resource": "*"}, "s3:DeleteObject", "arn:aws:s3:::raw/a", False),
        (
            {"Action": "s3:*", "NotResource": "arn:aws:s3:::raw/*"},
            "s3:GetObject",
            "arn:aws:s3:::raw/a",
            False,
        ),
        (
            {"Action": "s3:*", "NotResource": "arn:aws:s3:::raw/*"},
            "s3:GetObject",
            "arn:aws:s3:::media/a",
            True,
        ),
        ({"Action": "xray:Put*", "Resource": "arn:aws:xray:::group/a"}, "xray:PutTraceSegments", "*", False),
    ],
)
def test_actions_ignore_case_and_resources_do_not(
    elements: dict[str, Any], action: str, resource: str, allowed: bool
) -> None:
    identity = statements([{"Effect": "Allow", **elements}])

    assert decide(READER, Access(action=action, resource=resource), identity=identity).allowed is allowed


@pytest.mark.parametrize(
    ("condition", "context", "allowed"),
    [
        ({"StringEquals": {"aws:Key": ["a", "b"]}}, {"aws:key": "b"}, True),
        ({"StringEquals": {"aws:Key": "a"}}, {"aws:key": "A"}, False),
        ({"StringEqualsIgnoreCase": {"aws:Key": "a"}}, {"aws:key": "A"}, True),
        ({"StringEquals": {"aws:Key": "a"}}, {}, False),
        ({"StringEqualsIfExists": {"aws:Key": "a"}}, {}, True),
        ({"StringEqualsIfExists": {"aws:Key": "a"}}, {"aws:key": "b"}, False),
        ({"StringNotEquals": {"aws:Key": ["a", "b"]}}, {"aws:key": "b"}, False),
        ({"StringNotEquals": {"aws:Key": ["a", "b"]}}, {"aws:key": "c"}, True),
        ({"StringNotEquals": {"aws:Key": "a"}}, {}, True),
        ({"StringLike": {"aws:Key": "in/*"}}, {"aws:key": "in/a"}, True),
        ({"StringNotLike": {"aws:Key": "in/*"}}, {"aws:key": "in/a"}, False),
        ({"NumericLessThan": {"s3:TlsVersion": 1.2}}, {}, False),
        ({"NumericGreaterThanEquals": {"s3:TlsVersion": 1.2}}, {}, True),
        ({"Bool": {"aws:SecureTransport": True}}, {}, True),
        ({"Null": {"aws:Key": "true"}}, {}, True),
        ({"Null": {"aws:Key": "false"}}, {}, False),
        (
            {"ArnLike": {"aws:Key": "arn:aws:states:*:1:stateMachine:*"}},
            {"aws:key": "arn:aws:states:eu:1:stateMachine:a"},
            True,
        ),
        (
            {"ArnLike": {"aws:Key": "arn:aws:states:*"}},
            {"aws:key": "arn:aws:states:eu:1:stateMachine:a"},
            False,
        ),
        (
            {"ArnNotEquals": {"aws:Key": "arn:aws:states:eu:1:stateMachine:a"}},
            {"aws:key": "arn:aws:states:eu:1:stateMachine:a"},
            False,
        ),
        ({"StringEquals": {"aws:Key": "a", "aws:Other": "b"}}, {"aws:key": "a"}, False),
        (
            {"StringEquals": {"aws:Key": "a"}, "StringLike": {"aws:Other": "b*"}},
            {"aws:key": "a", "aws:other": "bc"},
            True,
        ),
    ],
)
def test_conditions_join_keys_by_and_and_values_by_or(
    condition: dict[str, Any], context: dict[str, str], allowed: bool
) -> None:
    access = Access(action=SEND.action, resource=SEND.resource, context=context)

    assert decide(READER, access, identity=statements([allow(Condition=condition)])).allowed is allowed


@pytest.mark.parametrize(
    "elements",
    [
        {"NotPrincipal": "*"},
        {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {"Condition": {"ForAllValues:StringEquals": {"dynamodb:Attributes": "pk"}}},
        {"Resource": "arn:aws:s3:::home/${aws:username}/*"},
    ],
)
def test_an_element_that_is_not_evaluated_is_an_error(elements: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedPolicyError, match="policy/0: the twin does not evaluate"):
        statements([allow(**elements)])


def test_a_refusal_gives_the_reason_in_the_words_of_aws() -> None:
    missing = decide(READER, SEND, identity=[])
    denied = decide(READER, SEND, identity=[], resource=statements([deny(Principal="*")]))

    assert missing.reason == "because no identity-based policy allows the sqs:SendMessage action"
    assert denied.reason == "with an explicit deny in a resource-based policy"
