"""The end of state machine executions as Step Functions has it, with its EventBridge event.

Written against moto 5.2, which sends no event and does not keep the reason of a stop, and in which a state
that was running at the stop can make a failure of it. The event has the fields of
https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html.
"""

import json
from datetime import datetime
from typing import Any

from moto.events.models import events_backends
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.responses import StepFunctionResponse


def install() -> None:
    """Patch how executions are stopped and how they end; call it once per process."""
    stop, terminated = StepFunctionResponse.stop_execution, BaseExecutionWorkerCommunication.terminated
    set_error = Environment.set_error

    def stop_and_keep_the_reason(self: Any) -> Any:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        execution.stopped_for = self._get_param("error"), self._get_param("cause")
        return stop(self)

    def terminated_with_event(self: Any) -> None:
        terminated(self)
        if self.execution.exec_status == ExecutionStatus.ABORTED:
            self.execution.error, self.execution.cause = getattr(self.execution, "stopped_for", (None, None))
        _put_event(self.execution)

    def set_error_unless_stopped(self: Any, error: Any) -> None:
        if not isinstance(self.program_state(), ProgramStopped):
            set_error(self, error)

    Environment.set_error = set_error_unless_stopped
    StepFunctionResponse.stop_execution = stop_and_keep_the_reason
    BaseExecutionWorkerCommunication.terminated = terminated_with_event


def _put_event(execution: Execution) -> None:
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
