"""An execution that was stopped stays stopped, whatever the state says that was running then."""

import threading
from datetime import UTC, datetime

import pytest
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import (
    ProgramError,
    ProgramRunning,
    ProgramState,
    ProgramStopped,
)
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.responses import StepFunctionResponse

from local.twin.moto import execution_events


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the patches for the time of a test."""
    monkeypatch.setattr(Environment, "set_error", Environment.set_error)
    monkeypatch.setattr(StepFunctionResponse, "stop_execution", StepFunctionResponse.stop_execution)
    terminated = BaseExecutionWorkerCommunication.terminated
    monkeypatch.setattr(BaseExecutionWorkerCommunication, "terminated", terminated)
    execution_events.install()


def running() -> Environment:
    """Return the environment of an execution that runs, as far as its ends need it."""
    environment = Environment.__new__(Environment)
    environment.__dict__.update(
        _state_mutex=threading.RLock(),
        _program_state=ProgramRunning(),
        _frames=[],
        program_state_event=threading.Event(),
    )
    return environment


def fail(environment: Environment) -> ProgramState:
    environment.set_error({"error": "States.Runtime", "cause": "the state had no next one"})
    return environment.program_state()


def test_a_state_that_fails_after_the_stop_makes_no_failure_of_it() -> None:
    environment = running()
    environment.set_stop(stop_date=datetime.now(tz=UTC), cause="enough", error=None)
    assert isinstance(fail(environment), ProgramStopped)


def test_a_state_that_fails_fails_the_execution() -> None:
    assert isinstance(fail(running()), ProgramError)
