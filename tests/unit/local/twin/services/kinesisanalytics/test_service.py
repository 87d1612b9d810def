"""Applications are started, stopped and described as Managed Flink does it."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from botocore.validate import ParamValidator

from local.twin.edge.services import ServiceRequest
from local.twin.services.kinesisanalytics.application import Application
from local.twin.services.kinesisanalytics.service import Applications
from local.twin.services.protocol import service_model

STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/signals"
TIMEOUT_SECONDS = 5.0


class FakeRunner:
    """A runner that consumes when the test says so, and can be made to fail."""

    def __init__(self, wake: threading.Event) -> None:
        self.wake = wake
        self.counts: Counter[str] = Counter()
        self.consuming = threading.Event()
        self.fail = threading.Event()

    def run(self, stop: threading.Event) -> None:
        while not stop.wait(0.01):
            if self.fail.is_set():
                raise ValueError("no such stream")


class Detector:
    """One application, called as a client would call it."""

    def __init__(self) -> None:
        self.runners: list[FakeRunner] = []
        self.applications = Applications(self._make)
        properties = {"touchline": {"signals.stream.name": "signals"}}
        application = Application(name="detector", arn="arn", role_arn="", properties=properties)
        self.applications.put_application(application)

    async def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call an operation; its answer must be valid by botocore's model."""
        answer = await self.applications(
            ServiceRequest(
                service="kinesisanalytics",
                method="POST",
                path="/",
                query_string="",
                headers={"X-Amz-Target": f"KinesisAnalytics_20180523.{operation}"},
                body=json.dumps({"ApplicationName": "detector", **parameters}).encode(),
            )
        )
        body: dict[str, Any] = json.loads(answer.body)
        model = service_model("kinesisanalyticsv2").operation_model(operation)
        if answer.status == 200:
            assert model.output_shape is not None
            report = ParamValidator().validate(body, model.output_shape)
            assert not report.has_errors(), report.generate_report()
        else:
            assert body["__type"] in {shape.name for shape in model.error_shapes}
        return body

    async def status(self) -> str:
        """The application's status."""
        answer = await self.call("DescribeApplication")
        return str(answer["ApplicationDetail"]["ApplicationStatus"])

    async def operation(self, operation_id: str) -> dict[str, Any]:
        """The details of an operation."""
        answer = await self.call("DescribeApplicationOperation", OperationId=operation_id)
        details: dict[str, Any] = answer["ApplicationOperationInfoDetails"]
        return details

    def _make(self, _: Application, wake: threading.Event) -> FakeRunner:
        self.runners.append(FakeRunner(wake))
        return self.runners[-1]


def run(scenario: Callable[[Detector], Coroutine[Any, Any, None]]) -> None:
    """Run a scenario against a detector, and stop the detector."""

    async def complete() -> None:
        detector = Detector()
        try:
            await scenario(detector)
        finally:
            await detector.applications.close()

    asyncio.run(asyncio.wait_for(complete(), TIMEOUT_SECONDS))


@pytest.mark.parametrize(
    ("source", "is_woken"),
    [
        (STREAM, True),
        (STREAM.replace("signals", "interactions"), False),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/connections/stream/2026-06-11T19:00:00.000", False),
        ("arn:aws:sqs:eu-west-1:123456789012:signals", False),
    ],
)
def test_an_application_is_woken_by_records_of_its_own_stream_only(source: str, is_woken: bool) -> None:
    async def scenario(detector: Detector) -> None:
        await detector.applications.start("detector")
        detector.applications.wake(source)
        assert detector.runners[0].wake.is_set() is is_woken

    run(scenario)


def test_an_application_is_running_when_its_engine_reads_the_stream() -> None:
    async def scenario(detector: Detector) -> None:
        assert await detector.status() == "READY"
        operation_id = (await detector.call("StartApplication"))["OperationId"]
        assert await detector.status() == "STARTING"
        assert (await detector.operation(operation_id))["OperationStatus"] == "IN_PROGRESS"
        assert (await detector.call("StartApplication"))["__type"] == "ResourceInUseException"

        detector.runners[0].consuming.set()
        assert await detector.status() == "RUNNING"
        assert (await detector.operation(operation_id))["OperationStatus"] == "SUCCESSFUL"

        await detector.call("StopApplication")
        assert await detector.status() == "READY"

    run(scenario)


def test_an_application_that_failed_to_start_says_why_and_can_be_started_again() -> None:
    async def scenario(detector: Detector) -> None:
        # GIVEN an application whose engine fails
        operation_id = (await detector.call("StartApplication"))["OperationId"]
        detector.runners[0].fail.set()
        while await detector.status() != "READY":
            await asyncio.sleep(0.01)

        # THEN its start has failed with the engine's error
        operation = await detector.operation(operation_id)
        assert operation["OperationStatus"] == "FAILED"
        reason = operation["OperationFailureDetails"]["ErrorInfo"]["ErrorString"]
        assert reason == "ValueError: no such stream"

        # WHEN it is started again THEN it runs
        await detector.call("StartApplication")
        detector.runners[1].consuming.set()
        assert await detector.status() == "RUNNING"

    run(scenario)


def test_an_unknown_application_or_operation_is_not_found() -> None:
    async def scenario(detector: Detector) -> None:
        for operation, parameters in (
            ("DescribeApplication", {"ApplicationName": "other"}),
            ("StartApplication", {"ApplicationName": "other"}),
            ("DescribeApplicationOperation", {"OperationId": "none"}),
        ):
            answer = await detector.call(operation, **parameters)
            assert answer["__type"] == "ResourceNotFoundException"

    run(scenario)
