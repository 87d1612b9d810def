"""Patches of the task classes of moto's state machine interpreter, for the tasks of the training.

Written against moto 5.2. The interpreter can translate between the names of Step Functions (JobName) and
those of the service (jobName), but does not; and it ends each wait of a `.sync` task through the task's
token, which Glue's tasks do not have.
"""

import functools
import time
from datetime import datetime
from typing import Any

import botocore.session
from botocore.model import OperationModel
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk as aws_sdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_glue import (
    StateTaskServiceGlue,
)
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from domain.validation import format_instant

_START_SECONDS = 60.0


def install() -> None:
    """Patch the task classes; call it once per process."""
    _translate_names()
    # Step Functions prefixes errors with the capitalised service; the interpreter knows two services.
    aws_sdk._SERVICE_ERROR_NAMES |= {"personalize": "Personalize", "ssm": "Ssm"}
    _give_glue_a_token()
    _write_glue_times()
    _write_start_times()
    _stop_starting_executions()


def _translate_names() -> None:
    def to_service(self: Any, parameters: dict[str, Any], *_: Any, **__: Any) -> None:
        self._to_boto_request(parameters, _operation(self).input_shape)

    def to_state_machine(self: Any, response: Any, *_: Any, **__: Any) -> None:
        self._from_boto_response(response, _operation(self).output_shape)
        _write_times(response)

    StateTaskServiceAwsSdk._normalise_parameters = to_service
    StateTaskServiceAwsSdk._normalise_response = to_state_machine


def _write_times(value: Any) -> None:
    """Replace every datetime in a task's answer with text, because the interpreter's output is JSON."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in list(entries):
        if isinstance(inner, datetime):
            value[key] = format_instant(inner)
        else:
            _write_times(inner)


def _operation(task: Any) -> OperationModel:
    action = task.resource.api_action
    model: OperationModel = _model(task._get_boto_service_name()).operation_model(
        action[0].upper() + action[1:]
    )
    return model


@functools.cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _give_glue_a_token() -> None:
    make = StateTaskServiceGlue.__init__

    def make_with_token(self: Any) -> None:
        make(self)
        patterns = {*self._supported_integration_patterns, ResourceCondition.WaitForTaskToken}
        self._supported_integration_patterns = patterns

    StateTaskServiceGlue.__init__ = make_with_token


def _write_glue_times() -> None:
    make_resolver = StateTaskServiceGlue._sync_to_start_job_run

    def make_resolver_of_json(self: Any, *args: Any, **kwargs: Any) -> Any:
        resolve = make_resolver(self, *args, **kwargs)

        def resolve_to_json() -> Any:
            job_run = resolve()
            _write_times(job_run)
            return job_run

        return resolve_to_json

    StateTaskServiceGlue._sync_to_start_job_run = make_resolver_of_json


def _write_start_times() -> None:
    """Write the times of the context object as text, so that a request can contain them."""
    make_environment = ExecutionWorker._get_evaluation_environment

    def make_environment_of_json(self: Any) -> Any:
        environment = make_environment(self)
        _write_times(environment.states.context_object.context_object_data)
        return environment

    ExecutionWorker._get_evaluation_environment = make_environment_of_json


def _stop_starting_executions() -> None:
    """Wait for the environment of an execution that is stopped right after its start."""
    stop = ExecutionWorker.stop

    def stop_once_started(self: Any, *args: Any, **kwargs: Any) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self.env is None and time.monotonic() < deadline:
            time.sleep(0.01)
        stop(self, *args, **kwargs)

    ExecutionWorker.stop = stop_once_started
