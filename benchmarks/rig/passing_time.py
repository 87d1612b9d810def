"""Days that pass on a twin: a soak plays in an hour the matches of weeks, but time to live is real time."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from local.play.replay.replay import RunningTwin

_LARGEST_BATCH = 25
_DRAIN_SECONDS = 120.0
_COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


def let_days_pass(twin: RunningTwin, days: int) -> int:
    """Delete the items whose time to live ends within so many days, as DynamoDB does; return how many.

    Nothing is deleted while messages wait: in days, each of them would be processed or given up.
    """
    if not _are_drained(twin.client("sqs")):
        return 0
    dynamodb = twin.client("dynamodb")
    until = str(int((datetime.now(UTC) + timedelta(days=days)).timestamp()))
    return sum(_expire(dynamodb, name, until) for name in dynamodb.list_tables()["TableNames"])


def _expire(dynamodb: Any, table: str, until: str) -> int:
    lifetime = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if lifetime["TimeToLiveStatus"] != "ENABLED":
        return 0
    schema = dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]
    names = [key["AttributeName"] for key in schema]
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="#expires < :until",
        ExpressionAttributeNames={"#expires": lifetime["AttributeName"]},
        ExpressionAttributeValues={":until": {"N": until}},
    )
    keys = [{name: item[name] for name in names} for page in pages for item in page["Items"]]
    for first in range(0, len(keys), _LARGEST_BATCH):
        batch = keys[first : first + _LARGEST_BATCH]
        dynamodb.batch_write_item(RequestItems={table: [{"DeleteRequest": {"Key": key}} for key in batch]})
    return len(keys)


def _are_drained(sqs: Any) -> bool:
    """Wait until the queues are empty but for dead letters; False if that takes too long."""
    urls = sqs.list_queues().get("QueueUrls", ())
    deadline = time.monotonic() + _DRAIN_SECONDS
    while any(_waits(sqs, url) for url in urls):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def _waits(sqs: Any, url: str) -> bool:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return "RedrivePolicy" in found and any(int(found[name]) for name in _COUNTS)
