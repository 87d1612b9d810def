"""plan_dispatch: one task per shard for each new context version in the table's stream."""

import json
from typing import Any

import boto3
import pytest

from lambdas.handlers import plan_dispatch
from lambdas.handlers.errors import BatchFailedError
from tests.support import aws, builders
from tests.support.dispatch_rig import DispatchRig
from tests.support.lambda_context import LambdaContext


def change(rig: DispatchRig, sequence: str, **images: Any) -> dict[str, Any]:
    return {"dynamodb": {"SequenceNumber": sequence, **images}}


def image(rig: DispatchRig, version: int = 1) -> dict[str, Any]:
    moments = [builders.a_moment(number) for number in range(1, version + 1)]
    body = json.dumps(rig.context(*moments).to_dict())
    return {"item": {"S": "CONTEXT"}, "version": {"N": str(version)}, "context": {"S": body}}


def test_only_new_versions_are_planned(
    resources: dict[str, str], runtime: LambdaContext, rig: DispatchRig
) -> None:
    event = {
        "Records": [
            change(rig, "1", NewImage=image(rig)),
            change(rig, "2", NewImage=image(rig, 2), OldImage=image(rig)),
            change(rig, "3", NewImage=image(rig, 2), OldImage=image(rig, 2)),
            change(rig, "4", NewImage={"item": {"S": "MATCH"}}),
            change(rig, "5", OldImage=image(rig, 2)),
        ]
    }
    assert plan_dispatch.handler(event, runtime) == {"batchItemFailures": []}
    tasks = aws.messages(resources["DISPATCH_QUEUE_URL"])
    assert sorted((task["version"], task["shard"]) for task in tasks) == [
        (version, shard) for version in (1, 2) for shard in range(4)
    ]
    assert all(task["context"]["seen"] == [] for task in tasks)


def test_a_context_that_cannot_be_read_is_delivered_again_and_is_no_dead_letter(
    resources: dict[str, str], runtime: LambdaContext, rig: DispatchRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN a function that knows no queue of dead letters, as it is deployed
    monkeypatch.delenv("DEAD_LETTERS_QUEUE_URL")
    invalid = {**image(rig), "context": {"S": "{"}}
    event = {"Records": [change(rig, "1", NewImage=image(rig)), change(rig, "2", NewImage=invalid)]}
    assert plan_dispatch.handler(event, runtime) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert aws.messages(resources["DEAD_LETTERS_QUEUE_URL"]) == []


def test_the_stream_stops_at_the_first_failure(
    resources: dict[str, str], runtime: LambdaContext, rig: DispatchRig
) -> None:
    boto3.client("sqs").delete_queue(QueueUrl=resources["DISPATCH_QUEUE_URL"])
    skipped = change(rig, "6", NewImage={"item": {"S": "MATCH"}})
    versions = [change(rig, str(number), NewImage=image(rig)) for number in (7, 8)]
    event = {"Records": [skipped, *versions]}
    assert plan_dispatch.handler(event, runtime) == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    # AND a batch of which nothing was done fails the function, so that Lambda counts an error
    with pytest.raises(BatchFailedError, match="none of 1 records"):
        plan_dispatch.handler({"Records": versions}, runtime)
