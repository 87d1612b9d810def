"""The operations on job runs; everything else of Glue is moto's."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from local.twin.services.glue.errors import GlueError, InvalidInputError
from local.twin.services.glue.job_runs import JobRuns

Answer = tuple[int, dict[str, str], bytes]


class GlueService:
    """`StartJobRun`, `GetJobRun`, `GetJobRuns` over the JSON protocol; None is for whoever has the jobs."""

    def __init__(self, s3: Callable[[], Any], definition: Callable[[str], Mapping[str, Any]]) -> None:
        self._runs = JobRuns(s3, definition)
        self._operations: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "StartJobRun": self._start,
            "GetJobRun": self._get,
            "GetJobRuns": self._all,
        }

    def handle(self, operation: str, body: bytes) -> Answer | None:
        """Answer one request, or None if the operation is none of ours."""
        found = self._operations.get(operation)
        if found is None:
            return None
        try:
            return _answer(200, found(json.loads(body or b"{}")))
        except KeyError as error:
            return _refusal(InvalidInputError(f"{error.args[0]} is required."))
        except GlueError as error:
            return _refusal(error)

    def close(self) -> None:
        """Let the runs under way end."""
        self._runs.close()

    def _start(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"JobRunId": self._runs.start(request["JobName"], request.get("Arguments", {})).id}

    def _get(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"JobRun": self._runs.get(request["JobName"], request["RunId"]).to_dict()}

    def _all(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"JobRuns": [run.to_dict() for run in self._runs.all(request["JobName"])]}


def _answer(status: int, value: dict[str, Any], **headers: str) -> Answer:
    return status, {"Content-Type": "application/x-amz-json-1.1", **headers}, json.dumps(value).encode()


def _refusal(error: GlueError) -> Answer:
    body = {"__type": error.code, "Message": str(error), "message": str(error)}
    return _answer(400, body, **{"x-amzn-ErrorType": error.code})
