"""Services invoke functions and targets as the templates declare."""

import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.twin.twin import Twin
from tests.integration.twin.dead_letters import dead_letter
from tests.support.waiting import eventually

pytestmark = pytest.mark.twin

Seen = Callable[[str], None]


def put_item(twin: Twin, key: str) -> None:
    twin.client("dynamodb").put_item(TableName=twin.output("TableName"), Item={"pk": {"S": key}})


def is_seen(twin: Twin, key: str) -> bool:
    item = {"TableName": twin.output("TableName"), "Key": {"pk": {"S": f"seen#{key}"}}}
    return "Item" in twin.client("dynamodb").get_item(**item)


def test_a_table_change_that_passes_the_filter_reaches_the_functions_behind_it(
    twin: Twin, seen: Seen
) -> None:
    # WHEN an item passes the mapping's filter and another does not
    put_item(twin, "out#1")
    put_item(twin, "in#1")

    # THEN only the first reaches the last function
    seen("in#1")
    assert not is_seen(twin, "out#1")


def test_only_the_failed_message_of_a_batch_becomes_a_dead_letter(twin: Twin, seen: Seen) -> None:
    entries = [{"Id": str(n), "MessageBody": json.dumps(body)} for n, body in enumerate(("good", "poison"))]

    twin.client("sqs").send_message_batch(QueueUrl=twin.output("QueueUrl"), Entries=entries)

    seen('"good"')
    assert dead_letter(twin, "poison") == "poison"


def test_a_failing_record_does_not_block_its_shard_and_is_reported(twin: Twin, seen: Seen) -> None:
    records: list[Any] = [{"PartitionKey": key, "Data": b"x"} for key in ("before", "poison", "after")]

    twin.client("kinesis").put_records(StreamName=twin.output("StreamName"), Records=records)

    seen("before")
    seen("after")
    letter = dead_letter(twin, "KinesisBatchInfo")
    assert letter["KinesisBatchInfo"]["batchSize"] == 1
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"


def test_an_object_matches_only_the_rule_of_its_prefix(twin: Twin, seen: Seen) -> None:
    for key in ("elsewhere/a.json", "in/a.json"):
        twin.client("s3").put_object(Bucket=twin.output("BucketName"), Key=key, Body=b"{}")

    seen("in/a.json")
    assert not is_seen(twin, "elsewhere/a.json")


def test_a_notification_is_filtered_for_the_function_and_delivered_raw_to_the_queue(
    twin: Twin, seen: Seen
) -> None:
    def publish(message: str, kind: str) -> None:
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        twin.client("sns").publish(
            TopicArn=twin.output("TopicArn"), Message=message, MessageAttributes=attributes
        )

    publish("other news", "other")
    publish("direct news", "direct")

    seen("direct news")
    assert not is_seen(twin, "other news")
    copies: set[str] = set()

    def both_arrived() -> bool:
        answer = twin.client("sqs").receive_message(QueueUrl=twin.output("CopiesUrl"), MaxNumberOfMessages=10)
        copies.update(message["Body"] for message in answer.get("Messages", []))
        return copies == {"other news", "direct news"}

    eventually(both_arrived, "both raw copies")


def test_a_due_schedule_invokes_its_function(twin: Twin, seen: Seen) -> None:
    due = datetime.now(UTC) + timedelta(seconds=3)

    twin.client("scheduler").create_schedule(
        Name="kick-off",
        ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:lambda:eu-central-1:123456789012:function:on_schedule",
            "RoleArn": twin.output("RoleArn"),
            "Input": '{"key": "kick-off"}',
        },
    )

    seen("kick-off")


def test_firehose_delivers_a_stream_to_its_bucket(twin: Twin) -> None:
    twin.client("kinesis").put_record(
        StreamName=twin.output("StreamName"), PartitionKey="d", Data=b"delivered"
    )
    bucket = twin.output("BucketName")

    def objects() -> list[bytes]:
        twin.flush_firehose()
        listed = twin.client("s3").list_objects_v2(Bucket=bucket, Prefix="raw/").get("Contents", [])
        return [twin.client("s3").get_object(Bucket=bucket, Key=o["Key"])["Body"].read() for o in listed]

    eventually(lambda: any(b"delivered" in body for body in objects()), "the record in the bucket")


def test_a_state_machine_invokes_a_function(twin: Twin) -> None:
    machine = twin.client("stepfunctions")
    execution = machine.start_execution(stateMachineArn=twin.output("MachineArn"), input='{"a": 1}')[
        "executionArn"
    ]

    def ended() -> Any:
        described = machine.describe_execution(executionArn=execution)
        return described if described["status"] != "RUNNING" else None

    described = eventually(ended, "the execution to end")
    assert described["status"] == "SUCCEEDED", described
    assert json.loads(described["output"]) == {"a": 1}


def test_an_http_api_invokes_its_function(twin: Twin) -> None:
    request = urllib.request.Request(twin.output("ApiUrl") + "/things/poll", data=b"{}", method="POST")

    with urllib.request.urlopen(request, timeout=60) as response:
        assert response.status == 201
        assert json.load(response) == {"thing": "poll"}
