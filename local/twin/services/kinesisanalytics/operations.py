"""The operations on applications, as DescribeApplicationOperation returns them."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from local.twin.services.kinesisanalytics.running_application import RunningApplication


@dataclass(frozen=True, slots=True, kw_only=True)
class _Operation:
    application: str
    name: str
    run: RunningApplication | None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started_at: float = field(default_factory=time.time)


class Operations:
    """Starts and stops by their id."""

    def __init__(self) -> None:
        self._operations: dict[str, _Operation] = {}

    def started(self, application: str, run: RunningApplication) -> str:
        """Record a start and return its id."""
        return self._record(_Operation(application=application, name="StartApplication", run=run))

    def stopped(self, application: str) -> str:
        """Record a stop and return its id."""
        return self._record(_Operation(application=application, name="StopApplication", run=None))

    def describe(self, application: str, operation_id: str) -> dict[str, Any] | None:
        """Return the details of an operation; None if there is no such operation."""
        operation = self._operations.get(operation_id)
        if operation is None or operation.application != application:
            return None
        status, failure = _result(operation.run)
        details: dict[str, Any] = {
            "Operation": operation.name,
            "StartTime": operation.started_at,
            "EndTime": time.time(),
            "OperationStatus": status,
        }
        if failure is not None:
            details["OperationFailureDetails"] = {"ErrorInfo": {"ErrorString": failure}}
        return details

    def _record(self, operation: _Operation) -> str:
        self._operations[operation.id] = operation
        return operation.id


def _result(run: RunningApplication | None) -> tuple[str, str | None]:
    """Return the status of an operation, and its failure."""
    if run is None or run.consuming:
        return "SUCCESSFUL", None
    if run.thread.is_alive():
        return "IN_PROGRESS", None
    return ("FAILED", run.failure) if run.failure is not None else ("SUCCESSFUL", None)
