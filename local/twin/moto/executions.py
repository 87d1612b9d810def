"""Executions of state machines tell how they ended, and EventBridge hears of it, as from Step Functions.

Written against moto 5.2, whose executions end in silence and forget why they were stopped. The event is
that of https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html.
"""

import json
from datetime import datetime
from typing import Any

from moto.events.models import events_backends
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.responses import StepFunctionResponse


def install() -> None:
    """Hook how executions are stopped, and how they end; once per process."""
    stop, terminated = StepFunctionResponse.stop_execution, BaseExecutionWorkerCommunication.terminated

    def stop_for_a_reason(self: Any) -> Any:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        execution.stopped_for = self._get_param("error"), self._get_param("cause")
        return stop(self)

    def terminated_and_told(self: Any) -> None:
        terminated(self)
        if self.execution.exec_status == ExecutionStatus.ABORTED:
            self.execution.error, self.execution.cause = getattr(self.execution, "stopped_for", (None, None))
        _tell(self.execution)

    StepFunctionResponse.stop_execution = stop_for_a_reason
    BaseExecutionWorkerCommunication.terminated = terminated_and_told


def _tell(execution: Execution) -> None:
    detail = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": execution.exec_status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date),
        "error": execution.error,
        "cause": execution.cause,
    }
    events_backends[execution.account_id][execution.region_name].put_events(
        [
            {
                "Source": "aws.states",
                "DetailType": "Step Functions Execution Status Change",
                "Resources": [execution.exec_arn],
                "Detail": json.dumps(detail),
            }
        ]
    )


def _milliseconds(at: datetime | None) -> int | None:
    return int(at.timestamp() * 1000) if at else None
