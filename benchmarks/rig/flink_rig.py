"""Kinesis, SNS and SQS in a server process, for an engine to read from and write to."""

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
from flink_app.settings import APPLICATION_GROUP
from local.twin.endpoints import ACCESS_KEY_ID, DEFAULT_REGION, SECRET_ACCESS_KEY
from local.twin.services.kinesisanalytics.flink_cluster import FlinkApplication, free_port
from local.twin.services.kinesisanalytics.running_application import Runner
from stacks.packaging.flink_package import RUN_OPTIONS, RUN_OPTIONS_GROUP

STREAM = "signals"
TIMEOUT_SECONDS = 120.0


class FlinkRig:
    """The signals stream, the moments topic with a queue that subscribes to it, and the dead-letter queue."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self._kinesis, self._sns, self._sqs = (self.client(name) for name in ("kinesis", "sns", "sqs"))
        self._kinesis.create_stream(StreamName=STREAM, ShardCount=2)
        self._topic = self._sns.create_topic(Name="moments")["TopicArn"]
        self._moments_queue = self._sqs.create_queue(QueueName="moments")["QueueUrl"]
        self._dead_letters_queue = self._sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._moments_queue, AttributeNames=["QueueArn"])
        self._sns.subscribe(
            TopicArn=self._topic,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
        self.messages: list[dict[str, Any]] = []
        self.dead_letters: list[dict[str, Any]] = []

    def application(
        self, package: Path, directory: Path, *, lateness_seconds: float = 120, **options: Any
    ) -> FlinkApplication:
        """Return the packaged application with the property groups of the stack."""
        own = {**self.properties, "allowed.lateness.seconds": str(lateness_seconds)}
        return FlinkApplication(
            package=package,
            property_groups={RUN_OPTIONS_GROUP: RUN_OPTIONS, APPLICATION_GROUP: own},
            directory=directory,
            endpoint_url=self.endpoint_url,
            **options,
        )

    @property
    def properties(self) -> dict[str, str]:
        """The application's property group, as the stack declares it."""
        return {
            "aws.region": DEFAULT_REGION,
            "signals.stream.name": STREAM,
            "moments.topic.arn": self._topic,
            "dead.letters.queue.url": self._dead_letters_queue,
        }

    def put_records(self, records: Sequence[tuple[str, bytes]]) -> None:
        """Write records, each with its partition key, in this order."""
        entries = [{"PartitionKey": key, "Data": data} for key, data in records]
        for start in range(0, len(entries), 500):
            self._kinesis.put_records(StreamName=STREAM, Records=entries[start : start + 500])

    def put_signals(self, signals: Iterable[Signal]) -> None:
        """Write signals as `ingest_feed` does."""
        self.put_records([(signal.match_id, json.dumps(signal.to_dict()).encode()) for signal in signals])

    @property
    def moments(self) -> list[Moment]:
        """Every moment received, repetitions included."""
        return [Moment.from_dict(json.loads(message["Body"])) for message in self.messages]

    def wait_until(self, enough: Callable[[], bool], runner: Runner) -> None:
        """Receive messages until `enough` is true; raises TimeoutError that says what was received."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while True:
            self._receive_all()
            if enough():
                return
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"received {len(self.messages)} moments and {self.dead_letters}; counted {runner.counts}"
                )
            time.sleep(0.1)

    def _receive_all(self) -> None:
        self.messages += self._receive(self._moments_queue)
        self.dead_letters += [
            json.loads(message["Body"]) for message in self._receive(self._dead_letters_queue)
        ]

    def _receive(self, queue: str) -> list[dict[str, Any]]:
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
        """Create a client of the server."""
        return boto3.client(
            service,
            region_name=DEFAULT_REGION,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
        )


@contextmanager
def flink_rig() -> Iterator[FlinkRig]:
    """Yield a rig with a server process of its own."""
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
        yield FlinkRig(f"http://127.0.0.1:{port}")
    finally:
        server.kill()
        server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
