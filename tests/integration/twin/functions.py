"""The handlers of the small system; this file is their asset."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
QUEUE = boto3.client("sqs")


def mark_seen(key: str, **facts: str) -> None:
    TABLE.put_item(Item={"pk": f"seen#{key}", **facts})


def echo(event: Any, context: Any) -> Any:
    return event


def environment(event: Any, context: Any) -> dict[str, Any]:
    return {"variables": dict(os.environ), "name": context.function_name, "cwd": str(Path.cwd())}


def process_id(event: Any, context: Any) -> int:
    return os.getpid()


def exits(event: Any, context: Any) -> None:
    sys.stdout.flush()
    os._exit(3)


def sleeps(event: Any, context: Any) -> None:
    time.sleep(60)


def fails(event: Any, context: Any) -> None:
    count = {"Name": "Tries", "Unit": "Count"}
    metrics = {"Namespace": "Small", "Dimensions": [["service"]], "Metrics": [count]}
    print(json.dumps({"_aws": {"CloudWatchMetrics": [metrics]}, "service": "fails", "Tries": 1}))
    raise RuntimeError("on purpose")


def on_change(event: Any, context: Any) -> None:
    for record in event["Records"]:
        QUEUE.send_message(
            QueueUrl=os.environ["QUEUE_URL"], MessageBody=record["dynamodb"]["Keys"]["pk"]["S"]
        )


def on_message(event: Any, context: Any) -> dict[str, Any]:
    failures = []
    for record in event["Records"]:
        if "poison" in record["body"]:
            failures.append({"itemIdentifier": record["messageId"]})
        else:
            mark_seen(record["body"])
    return {"batchItemFailures": failures}


def on_record(event: Any, context: Any) -> None:
    keys = [record["kinesis"]["partitionKey"] for record in event["Records"]]
    if "poison" in keys:
        raise ValueError("poison")
    for key in keys:
        mark_seen(key)


def on_event(event: Any, context: Any) -> None:
    mark_seen(event["detail"]["object"]["key"])


def on_notification(event: Any, context: Any) -> None:
    for record in event["Records"]:
        mark_seen(record["Sns"]["Message"])


def on_schedule(event: Any, context: Any) -> None:
    mark_seen(event["key"])


def authorize(event: Any, context: Any) -> dict[str, Any]:
    asked = event["requestContext"]
    return {"isAuthorized": event["authorizationToken"] == "pass" and asked["channel"] != "/small/theirs"}


def on_request(event: Any, context: Any) -> dict[str, Any]:
    return {"statusCode": 201, "body": json.dumps(event["pathParameters"])}
