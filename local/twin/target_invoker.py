"""Sending text to a target ARN: failure destinations, and the targets of rules and schedules."""

import base64
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from local.twin.edge.calls import BackendCalls
from local.twin.endpoints import ACCOUNT_ID
from local.twin.permissions.access import Access
from local.twin.permissions.caller import Caller
from local.twin.services.lambda_.async_invocations import AsyncInvocations
from local.twin.services.lambda_.registry import FunctionRegistry

Send = Callable[[BackendCalls, str, str, Mapping[str, Any]], Awaitable[None]]
PutFirehoseRecord = Callable[[str, bytes], None]


class UnsupportedTargetError(Exception):
    """The twin cannot send to a target."""

    def __init__(self, arn: str) -> None:
        super().__init__(
            "expected the ARN of a function, state machine, queue, topic, stream, delivery stream, event bus "
            f"or log group, got {arn}"
        )


class TargetInvoker:
    """Sends text to the resource that an ARN names."""

    def __init__(
        self, *, calls: BackendCalls, functions: FunctionRegistry, put_firehose_record: PutFirehoseRecord
    ) -> None:
        self.async_invocations = AsyncInvocations(functions, send=self.send)
        self._calls = calls
        self._put_firehose_record = put_firehose_record
        self._by_service: dict[
            str, Callable[[BackendCalls, str, str, Mapping[str, Any]], Awaitable[None]]
        ] = {
            "lambda": self._invoke_function,
            "states": self._start_execution,
            "sqs": self._send_message,
            "sns": self._publish,
            "kinesis": self._put_record,
            "firehose": self._put_to_delivery_stream,
            "events": self._put_event,
            "logs": self._ignore,
        }

    async def send(
        self, caller: Caller, arn: str, text: str, options: Mapping[str, Any] | None = None
    ) -> None:
        """Send a text with the caller's permissions; raises UnsupportedTargetError or BackendCallError.

        Options: `attributes` and `group_id` of a queue's message, `partition_key` of a stream's record.
        """
        parts = arn.split(":")
        send = self._by_service.get(parts[2]) if len(parts) > 5 else None
        if send is None:
            raise UnsupportedTargetError(arn)
        await send(self._calls.acting_as(caller), arn, text, options or {})

    async def _invoke_function(
        self, calls: BackendCalls, arn: str, text: str, _options: Mapping[str, Any]
    ) -> None:
        calls.check(Access(action="lambda:InvokeFunction", resource=arn))
        self.async_invocations.start(arn, text.encode())

    async def _start_execution(
        self, calls: BackendCalls, arn: str, text: str, _options: Mapping[str, Any]
    ) -> None:
        start = {"stateMachineArn": arn, "name": str(uuid.uuid4()), "input": text}
        await calls.json("states", "StartExecution", start)

    async def _send_message(
        self, calls: BackendCalls, arn: str, text: str, options: Mapping[str, Any]
    ) -> None:
        name = arn.rpartition(":")[2]
        attributes = {
            key: {"DataType": "String", "StringValue": value or "-"}
            for key, value in options.get("attributes", {}).items()
        }
        message = {
            "QueueUrl": f"http://127.0.0.1/{ACCOUNT_ID}/{name}",
            "MessageBody": text,
            "MessageAttributes": attributes,
        }
        if "group_id" in options:
            message["MessageGroupId"] = options["group_id"]
        await calls.json("sqs", "SendMessage", message)

    async def _publish(self, calls: BackendCalls, arn: str, text: str, _options: Mapping[str, Any]) -> None:
        await calls.query("sns", "Publish", {"TopicArn": arn, "Message": text, "Version": "2010-03-31"})

    async def _put_record(self, calls: BackendCalls, arn: str, text: str, options: Mapping[str, Any]) -> None:
        key = options.get("partition_key") or str(uuid.uuid4())
        data = base64.b64encode(text.encode()).decode()
        record = {"StreamName": arn.rpartition("/")[2], "PartitionKey": key, "Data": data}
        await calls.json("kinesis", "PutRecord", record)

    async def _put_to_delivery_stream(
        self, calls: BackendCalls, arn: str, text: str, _options: Mapping[str, Any]
    ) -> None:
        calls.check(Access(action="firehose:PutRecord", resource=arn))
        self._put_firehose_record(arn.rpartition("/")[2], text.encode())

    async def _put_event(self, calls: BackendCalls, arn: str, text: str, _options: Mapping[str, Any]) -> None:
        event = json.loads(text)
        entry = {
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "Resources": event.get("resources", []),
            "EventBusName": arn.rpartition("/")[2],
        }
        await calls.json("events", "PutEvents", {"Entries": [entry]})

    async def _ignore(self, _calls: BackendCalls, _arn: str, _text: str, _options: Mapping[str, Any]) -> None:
        """Drop the text: the twin keeps no log groups."""
