"""Managed Flink in the twin: the applications that templates declare, and the service's API."""

import asyncio
from typing import Any

from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer, json_error
from local.twin.services.kinesisanalytics.application import Application
from local.twin.services.kinesisanalytics.operations import Operations
from local.twin.services.kinesisanalytics.running_application import MakeRunner, RunningApplication

RUNTIME = "FLINK-1_20"


class Applications:
    """The applications and their runs. Serves the part of the API that deployments and operators use."""

    def __init__(self, make: MakeRunner) -> None:
        self._make = make
        self._applications: dict[str, Application] = {}
        self._runs: dict[str, RunningApplication] = {}
        self._operations = Operations()

    def put_application(self, application: Application) -> None:
        """Create an application, which is READY until it is started, or change it for its next start."""
        self._applications[application.name] = application

    async def remove_application(self, name: str) -> None:
        """Stop an application and delete it."""
        await self.stop(name)
        self._applications.pop(name, None)

    async def start(self, name: str) -> str:
        """Start an application and return the operation's id; raises KeyError if there is none."""
        run = await asyncio.to_thread(RunningApplication, self._applications[name], self._make)
        self._runs[name] = run
        return self._operations.started(name, run)

    async def stop(self, name: str) -> str:
        """Stop an application, wait for its end, and return the operation's id."""
        run = self._runs.pop(name, None)
        if run is not None:
            await asyncio.to_thread(run.end)
        return self._operations.stopped(name)

    async def close(self) -> None:
        """Stop every application."""
        for name in list(self._runs):
            await self.stop(name)

    def wake(self, source: str) -> None:
        """Wake the applications that read a stream, given by its ARN, because records were written to it."""
        for run in self._runs.values():
            if run.reads(source):
                run.wake.set()

    def state(self) -> dict[str, Any]:
        """Return the status and the counters of every application."""
        return {
            name: {"status": self._status(name), "counts": dict(run.runner.counts) if run else {}}
            for name, run in ((name, self._runs.get(name)) for name in self._applications)
        }

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer a request to the API."""
        if request.operation == "ListApplications":
            return json_answer({"ApplicationSummaries": [self._summary(name) for name in self._applications]})
        body = request.json()
        name = str(body.get("ApplicationName", ""))
        if name not in self._applications:
            return json_error("ResourceNotFoundException", f"Application {name} not found")
        match request.operation:
            case "StartApplication":
                if self._status(name) != "READY":
                    return json_error("ResourceInUseException", f"Application {name} is {self._status(name)}")
                return json_answer({"OperationId": await self.start(name)})
            case "StopApplication":
                return json_answer({"OperationId": await self.stop(name)})
            case "DescribeApplication":
                return json_answer({"ApplicationDetail": self._summary(name)})
            case "DescribeApplicationOperation":
                details = self._operations.describe(name, str(body.get("OperationId", "")))
                if details is None:
                    return json_error("ResourceNotFoundException", "Operation not found")
                return json_answer({"ApplicationOperationInfoDetails": details})
        return json_error("UnsupportedOperationException", f"the twin does not implement {request.operation}")

    def _status(self, name: str) -> str:
        run = self._runs.get(name)
        if run is None or not run.thread.is_alive():
            return "READY"
        return "RUNNING" if run.consuming else "STARTING"

    def _summary(self, name: str) -> dict[str, Any]:
        return {
            "ApplicationName": name,
            "ApplicationARN": self._applications[name].arn,
            "ApplicationStatus": self._status(name),
            "ApplicationVersionId": 1,
            "RuntimeEnvironment": RUNTIME,
        }
