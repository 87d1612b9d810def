"""Glue's operations on job runs; moto serves the others."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from local.twin.edge.services import FORWARD, ServiceAnswer, ServiceRequest, json_answer, json_error
from local.twin.services.glue.errors import GlueError, InvalidInputError
from local.twin.services.glue.job_runs import JobRuns
from local.twin.services.registry import ServiceContext


def create(context: ServiceContext) -> "GlueService":
    """Create the service; job definitions are read from moto."""
    return GlueService(
        lambda role_arn: context.clients.acting_as(role_arn)("s3"),
        lambda name: context.backend_clients("glue").get_job(JobName=name)["Job"],
    )


class GlueService:
    """Serves `StartJobRun`, `GetJobRun` and `GetJobRuns`."""

    def __init__(self, s3: Callable[[str], Any], definition: Callable[[str], Mapping[str, Any]]) -> None:
        self._runs = JobRuns(s3, definition)
        self._operations: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "StartJobRun": self._start_job_run,
            "GetJobRun": self._get_job_run,
            "GetJobRuns": self._get_job_runs,
        }

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer one request; other operations are forwarded to moto."""
        operation = self._operations.get(request.operation)
        if operation is None:
            return FORWARD
        try:
            return json_answer(await asyncio.to_thread(operation, request.json()))
        except KeyError as error:
            return json_error(InvalidInputError.code, f"{error.args[0]} is required.")
        except GlueError as error:
            return json_error(error.code, str(error))

    async def close(self) -> None:
        """Wait for the runs under way."""
        await asyncio.to_thread(self._runs.close)

    def _start_job_run(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"JobRunId": self._runs.start(request["JobName"], request.get("Arguments", {})).id}

    def _get_job_run(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"JobRun": self._runs.get(request["JobName"], request["RunId"]).to_dict()}

    def _get_job_runs(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"JobRuns": [run.to_dict() for run in self._runs.all(request["JobName"])]}
