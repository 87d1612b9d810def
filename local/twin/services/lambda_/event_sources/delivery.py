"""Delivering something to whatever an ARN names: failure destinations, rules' and schedules' targets."""

import base64
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from local.twin.edge.calls import BackendCalls
from local.twin.endpoints import ACCOUNT_ID
from local.twin.services.lambda_.registry import FunctionRegistry

FirehosePut = Callable[[str, bytes], None]


class UndeliverableError(Exception):
    """The twin does not know how to deliver to a target."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"expected a function, state machine, queue, topic, stream or bus, got {arn}")


class Delivery:
    """Sends text to an ARN, whatever service it belongs to."""

    def __init__(self, *, calls: BackendCalls, functions: FunctionRegistry, firehose: FirehosePut) -> None:
        self._functions = functions
        self._calls = calls
        self._firehose = firehose
        self._by_service: dict[str, Callable[[str, str, Mapping[str, Any]], Awaitable[None]]] = {
            "lambda": self._to_function,
            "states": self._to_state_machine,
            "sqs": self._to_queue,
            "sns": self._to_topic,
            "kinesis": self._to_stream,
            "firehose": self._to_firehose,
            "events": self._to_bus,
            "logs": self._to_log,
        }

    async def deliver(self, arn: str, message: dict[str, Any]) -> None:
        """Send `message["text"]`, or `message["json"]`, with optional string attributes."""
        text = message["text"] if "text" in message else json.dumps(message["json"])
        await self.send(arn, text, message)

    async def send(self, arn: str, text: str, options: Mapping[str, Any] | None = None) -> None:
        """Send a text; raises UndeliverableError for a service that is not played."""
        parts = arn.split(":")
        send = self._by_service.get(parts[2]) if len(parts) > 5 else None
        if send is None:
            raise UndeliverableError(arn)
        await send(arn, text, options or {})

    async def _to_function(self, arn: str, text: str, _options: Mapping[str, Any]) -> None:
        self._functions.invoke_later(arn, text.encode())

    async def _to_state_machine(self, arn: str, text: str, _options: Mapping[str, Any]) -> None:
        start = {"stateMachineArn": arn, "name": str(uuid.uuid4()), "input": text}
        await self._calls.json("states", "StartExecution", start)

    async def _to_queue(self, arn: str, text: str, options: Mapping[str, Any]) -> None:
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
        await self._calls.json("sqs", "SendMessage", message)

    async def _to_topic(self, arn: str, text: str, _options: Mapping[str, Any]) -> None:
        await self._calls.query("sns", "Publish", {"TopicArn": arn, "Message": text, "Version": "2010-03-31"})

    async def _to_stream(self, arn: str, text: str, options: Mapping[str, Any]) -> None:
        key = options.get("partition_key") or str(uuid.uuid4())
        data = base64.b64encode(text.encode()).decode()
        record = {"StreamName": arn.rpartition("/")[2], "PartitionKey": key, "Data": data}
        await self._calls.json("kinesis", "PutRecord", record)

    async def _to_firehose(self, arn: str, text: str, _options: Mapping[str, Any]) -> None:
        self._firehose(arn.rpartition("/")[2], text.encode())

    async def _to_bus(self, arn: str, text: str, _options: Mapping[str, Any]) -> None:
        event = json.loads(text)
        entry = {
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "Resources": event.get("resources", []),
            "EventBusName": arn.rpartition("/")[2],
        }
        await self._calls.json("events", "PutEvents", {"Entries": [entry]})

    async def _to_log(self, arn: str, text: str, _options: Mapping[str, Any]) -> None:
        """Log groups as targets are for people to read; the twin has nobody reading them."""
