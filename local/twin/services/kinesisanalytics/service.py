"""Flink applications in the twin: declared by the templates, run by the engine that was chosen."""

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer, json_error
from local.twin.services.kinesisanalytics.application import Application

CONSUMING_SECONDS = 120.0
_LOG = logging.getLogger(__name__)


class Runner(Protocol):
    """An engine that runs an application until it is told to stop."""

    @property
    def counts(self) -> Counter[str]:
        """What became of the signals so far."""
        ...

    def run(self, stop: threading.Event) -> None:
        """Go on until the event is set."""
        ...


MakeRunner = Callable[[Application, threading.Event], Runner]


class RunningApplication:
    """An application's thread, and how to end it."""

    def __init__(self, application: Application, make: MakeRunner) -> None:
        self._named = {value for group in application.properties.values() for value in group.values()}
        self.stop = threading.Event()
        self.wake = threading.Event()
        self.runner = make(application, self.wake)
        self.thread = threading.Thread(target=self._run, name=application.name, daemon=True)
        self.thread.start()

    @property
    def consuming(self) -> bool:
        """Whether the engine reads its stream; one that cannot say so does from the start."""
        event: threading.Event | None = getattr(self.runner, "consuming", None)
        return self.thread.is_alive() and (event is None or event.is_set())

    def reads(self, source: str) -> bool:
        """Whether the application's properties name this stream, given by its ARN."""
        return source.rpartition("/")[2] in self._named

    def wait_until_consuming(self) -> None:
        """Wait for the engine; one that ended, or takes too long, is not waited for."""
        deadline = time.monotonic() + CONSUMING_SECONDS
        while self.thread.is_alive() and not self.consuming and time.monotonic() < deadline:
            time.sleep(0.1)

    def _run(self) -> None:
        try:
            self.runner.run(self.stop)
        except Exception:  # noqa: BLE001 - whatever ends an engine is told, and the twin goes on
            _LOG.exception("the application's engine ended")


class Applications:
    """Every declared application, and Managed Flink's API in front of them."""

    def __init__(self, make: MakeRunner) -> None:
        self._make = make
        self._declared: dict[str, Application] = {}
        self._running: dict[str, RunningApplication] = {}

    def put_application(self, application: Application) -> None:
        """Declare an application; it stays READY until it is started."""
        self._declared[application.name] = application

    async def start(self, name: str) -> None:
        """Start one; raises KeyError when it was not declared."""
        application = self._declared[name]
        if name not in self._running:
            self._running[name] = await asyncio.to_thread(RunningApplication, application, self._make)

    async def consuming(self) -> None:
        """Wait until every started application reads its stream; Flink takes a while to come up."""
        for running in list(self._running.values()):
            await asyncio.to_thread(running.wait_until_consuming)

    async def stop(self, name: str) -> None:
        """Stop one, and wait for its last work."""
        running = self._running.pop(name, None)
        if running is not None:
            running.stop.set()
            running.wake.set()
            await asyncio.to_thread(running.thread.join, 30)

    async def close(self) -> None:
        """Stop them all."""
        for name in list(self._running):
            await self.stop(name)

    def wake(self, source: str) -> None:
        """Something was written to a stream, given by its ARN: whoever reads it need not wait."""
        for running in self._running.values():
            if running.reads(source):
                running.wake.set()

    def state(self) -> dict[str, Any]:
        """What is declared, what runs, and what became of the signals."""
        return {
            name: {
                "status": self._status(name),
                "counts": dict(self._running[name].runner.counts) if name in self._running else {},
            }
            for name in self._declared
        }

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        """Serve one request to Managed Flink's API."""
        if request.operation == "ListApplications":
            return json_answer({"ApplicationSummaries": [self._summary(name) for name in self._declared]})
        name = str(request.json().get("ApplicationName", ""))
        if name not in self._declared:
            return json_error("ResourceNotFoundException", f"Application {name} not found")
        match request.operation:
            case "StartApplication":
                if name in self._running:
                    return json_error("ResourceInUseException", f"Application {name} is RUNNING")
                await self.start(name)
                return json_answer({})
            case "StopApplication":
                await self.stop(name)
                return json_answer({})
            case "DescribeApplication":
                return json_answer({"ApplicationDetail": self._summary(name)})
        return json_error("UnsupportedOperationException", f"the twin does not play {request.operation}")

    def _status(self, name: str) -> str:
        running = self._running.get(name)
        if running is None or not running.thread.is_alive():
            return "READY"
        return "RUNNING" if running.consuming else "STARTING"

    def _summary(self, name: str) -> dict[str, Any]:
        return {
            "ApplicationName": name,
            "ApplicationARN": self._declared[name].arn,
            "ApplicationStatus": self._status(name),
            "ApplicationVersionId": 1,
            "RuntimeEnvironment": "FLINK-1_20",
        }
