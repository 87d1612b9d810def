"""A grant that nothing needed has a reason to stay, and a reason has a grant."""

from pathlib import Path
from typing import Any

import pytest

from local.twin.permissions.unneeded import UnneededGrants

QUEUE = """
[[unneeded]]
policies = ["Delivery/*"]
actions = ["sqs:Get*"]
reason = "Lambda asks for it."
"""
LOGS = """
[[unneeded]]
policies = ["Data/Role"]
actions = ["logs:PutLogEvents"]
reason = "Firehose writes its log."
"""


def statement(policy: str, *unneeded: str, on: tuple[str, ...] = ("it",), **used: int) -> dict[str, Any]:
    return {
        "id": f"{policy}/0",
        "resources": list(on),
        "unneeded": list(unneeded),
        "unneeded_resources": [],
        "used": {name.replace("_", ":"): count for name, count in used.items()},
    }


def read(tmp_path: Path, reasons: str, *statements: dict[str, Any]) -> UnneededGrants:
    file = tmp_path / "reasons.toml"
    file.write_text(reasons)
    return UnneededGrants.of({"statements": list(statements)}, file)


def test_a_grant_without_a_reason_is_found(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        QUEUE,
        statement("Delivery/Role", "sqs:GetQueueUrl", "sqs:SendMessage"),
        statement("Data/Role", "sqs:GetQueueUrl"),
    )

    assert found.without_reason() == ["Data/Role: sqs:GetQueueUrl", "Delivery/Role: sqs:SendMessage"]
    assert found.without_grant() == []


@pytest.mark.parametrize(
    ("reasons", "stale"),
    [
        (QUEUE + LOGS, ["Data/Role", "logs:PutLogEvents"]),
        (QUEUE.replace('["sqs:Get*"]', '["sqs:Get*", "sqs:Send*"]'), ["sqs:Send*"]),
        (QUEUE.replace('["Delivery/*"]', '["Delivery/*", "Gone/*"]'), ["Gone/*"]),
        (QUEUE + LOGS + "sometimes = true", []),
    ],
)
def test_a_reason_whose_grant_is_used_or_gone_is_found(
    tmp_path: Path, reasons: str, stale: list[str]
) -> None:
    found = read(tmp_path, reasons, statement("Delivery/Role", "sqs:GetQueueUrl"))

    assert found.without_reason() == []
    assert found.without_grant() == stale


def test_a_grant_that_is_used_but_allowed_twice_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, QUEUE, statement("Data/Role", "sqs:*", sqs_SendMessage=3, sns_Publish=1))

    assert found.without_reason() == ["Data/Role: sqs:* (used 3 times, and allowed by another statement too)"]


def test_the_report_names_the_actions_of_each_policy_with_their_reason(tmp_path: Path) -> None:
    found = read(tmp_path, QUEUE, statement("Delivery/Role", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"))

    assert found.lines() == [
        "Delivery/Role",
        "  sqs:GetQueueAttributes, sqs:GetQueueUrl: Lambda asks for it.",
    ]


def test_a_reason_about_resources_is_for_actions_that_are_needed_elsewhere(tmp_path: Path) -> None:
    # GIVEN an action that is needed on one queue and not on another, and one that is needed nowhere
    granted = {**statement("Delivery/Role", "sqs:GetQueueUrl"), "unneeded_resources": [["sqs:GetIt", "dead"]]}
    about_dead = QUEUE + 'resources = ["de*", "gone"]\n'
    # THEN a reason with resources is for the first, and one without for the second
    found = read(tmp_path, QUEUE, granted)
    assert found.without_reason() == ["Delivery/Role: sqs:GetIt on dead"]
    found = read(tmp_path, about_dead, granted)
    assert found.without_reason() == ["Delivery/Role: sqs:GetQueueUrl"]
    assert found.without_grant() == ["gone"]
    assert found.lines() == ["Delivery/Role", "  sqs:GetIt on dead: Lambda asks for it."]


def test_a_reason_about_one_statement_is_none_for_another_with_the_same_action(tmp_path: Path) -> None:
    # GIVEN a role that may send to two queues, for one of which there is a reason
    reasons = QUEUE.replace("sqs:Get*", "sqs:Send*") + 'on = ["*Failed", "*Gone"]\n'
    failed = statement("Delivery/Role", "sqs:SendMessage", on=("queue-Failed",))
    work = statement("Delivery/Role", "sqs:SendMessage", on=("queue-Failed", "queue-Work"))
    # THEN nothing is found while the other is needed, and it is when nothing needs it any more
    assert read(tmp_path, reasons, failed).without_reason() == []
    assert read(tmp_path, reasons, failed, work).without_reason() == ["Delivery/Role: sqs:SendMessage"]
    assert read(tmp_path, reasons, failed).without_grant() == ["*Gone"]
