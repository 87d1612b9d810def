"""Kinesis, SNS and SQS as a server of their own, for a mini-cluster to talk to."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from domain.moment import Moment
from domain.signal import Signal
from local.twin.endpoints import ACCESS_KEY_ID, DEFAULT_REGION, SECRET_ACCESS_KEY
from local.twin.services.kinesisanalytics.flink_cluster import FlinkApplication, free_port
from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner
from stacks.constructs.flink_package import RUN_OPTIONS, RUN_OPTIONS_GROUP

STREAM = "signals"
PATIENCE_SECONDS = 120.0


class FlinkStage:
    """The stream, the topic with a queue that hears it, the dead letters, and all that came to them."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self._kinesis, self._sns, self._sqs = (self.client(name) for name in ("kinesis", "sns", "sqs"))
        self._kinesis.create_stream(StreamName=STREAM, ShardCount=2)
        self._topic = self._sns.create_topic(Name="moments")["TopicArn"]
        self._heard = self._sqs.create_queue(QueueName="heard")["QueueUrl"]
        self._letters = self._sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._heard, AttributeNames=["QueueArn"])
        self._sns.subscribe(
            TopicArn=self._topic,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
        self.messages: list[dict[str, Any]] = []
        self.letters: list[dict[str, Any]] = []

    def application(
        self, package: Path, directory: Path, *, lateness_seconds: float = 120, **options: Any
    ) -> FlinkApplication:
        """The packaged application with the property groups that the stack would give it."""
        own = {**self.properties, "allowed.lateness.seconds": str(lateness_seconds)}
        return FlinkApplication(
            package=package,
            property_groups=[
                {"PropertyGroupId": RUN_OPTIONS_GROUP, "PropertyMap": RUN_OPTIONS},
                {"PropertyGroupId": "touchline", "PropertyMap": own},
            ],
            directory=directory,
            endpoint_url=self.endpoint_url,
            **options,
        )

    @property
    def properties(self) -> dict[str, str]:
        """What the stack tells an engine."""
        return {
            "aws.region": DEFAULT_REGION,
            "signals.stream.name": STREAM,
            "moments.topic.arn": self._topic,
            "dead.letters.queue.url": self._letters,
        }

    def put(self, records: Sequence[tuple[str, bytes]]) -> None:
        """Records by partition key, in this order."""
        entries = [{"PartitionKey": key, "Data": data} for key, data in records]
        for start in range(0, len(entries), 500):
            self._kinesis.put_records(StreamName=STREAM, Records=entries[start : start + 500])

    def put_signals(self, signals: Iterable[Signal]) -> None:
        """Signals as the ingestion writes them."""
        self.put([(signal.match_id, json.dumps(signal.to_dict()).encode()) for signal in signals])

    @property
    def moments(self) -> list[Moment]:
        """Every moment heard, each as often as it was heard."""
        return [Moment.from_dict(json.loads(message["Body"])) for message in self.messages]

    def wait_until(self, enough: Callable[[], bool], runner: FlinkRunner) -> None:
        """Listen until it is enough; fails with what came instead."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self._listen()
            if enough():
                return
            if time.monotonic() > deadline:
                came = f"heard {len(self.messages)}, refused {self.letters}, counted {runner.counts}"
                raise TimeoutError(came)
            time.sleep(0.1)

    def _listen(self) -> None:
        self.messages += self._take(self._heard)
        self.letters += [json.loads(message["Body"]) for message in self._take(self._letters)]

    def _take(self, queue: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while batch := self._sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
        ).get("Messages"):
            found += batch
            handles = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(batch)
            ]
            self._sqs.delete_message_batch(QueueUrl=queue, Entries=handles)
        return found

    def client(self, service: str) -> Any:
        """A client of the stage's server."""
        return boto3.client(
            service,
            region_name=DEFAULT_REGION,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
        )


@contextmanager
def flink_stage() -> Iterator[FlinkStage]:
    """A stage on a server of its own, in a process of its own."""
    port = free_port()
    server = subprocess.Popen(
        [Path(sys.executable).parent / "moto_server", "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _listens(port):
            if server.poll() is not None:
                raise ChildProcessError("moto_server ended")
            time.sleep(0.1)
        yield FlinkStage(f"http://127.0.0.1:{port}")
    finally:
        server.kill()
        server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
