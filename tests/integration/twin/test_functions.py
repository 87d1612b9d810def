"""Functions run from their assets in processes of their own, and fail as on Lambda."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.twin.twin import Twin
from tests.integration.twin.dead_letters import dead_letter
from tests.support.waiting import eventually

pytestmark = pytest.mark.twin


def invoke(twin: Twin, name: str, value: Any = None) -> tuple[Any, str | None]:
    answer = twin.client("lambda").invoke(FunctionName=name, Payload=json.dumps(value).encode())
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def test_the_handlers_answer_is_returned(twin: Twin) -> None:
    assert invoke(twin, "echo", {"text": "gól", "n": [1, 2.5, None]}) == (
        {"text": "gól", "n": [1, 2.5, None]},
        None,
    )


def test_a_function_has_only_its_own_environment_variables(
    twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN a variable of this process
    monkeypatch.setenv("VARIABLE_OF_THE_TEST", "secret")

    seen, error = invoke(twin, "environment")

    assert error is None
    variables = seen["variables"]
    assert "VARIABLE_OF_THE_TEST" not in variables
    assert variables["TABLE_NAME"] == twin.output("TableName")
    assert variables["AWS_ENDPOINT_URL"] == twin.edge_url
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == seen["name"] == "environment"
    assert Path(seen["cwd"]) == Path(variables["LAMBDA_TASK_ROOT"])


def test_an_idle_environment_is_reused(twin: Twin) -> None:
    first, _ = invoke(twin, "process_id")
    second, _ = invoke(twin, "process_id")

    assert first == second != os.getpid()


def test_a_killed_environment_is_replaced(twin: Twin) -> None:
    before, _ = invoke(twin, "process_id")

    assert twin.kill("process_id") == 1

    after, error = invoke(twin, "process_id")
    assert error is None
    assert after != before


def test_a_crash_is_a_runtime_exit_error(twin: Twin) -> None:
    answer, error = invoke(twin, "exits")

    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in answer["errorMessage"]


def test_an_invocation_over_its_timeout_is_stopped(twin: Twin) -> None:
    answer, error = invoke(twin, "sleeps")

    assert error == "Unhandled"
    assert "Task timed out after 1.00 seconds" in answer["errorMessage"]


def test_an_exception_is_returned_with_its_type(twin: Twin) -> None:
    answer, error = invoke(twin, "fails")

    assert error == "Unhandled"
    assert (answer["errorType"], answer["errorMessage"]) == ("RuntimeError", "on purpose")


def test_asynchronous_failures_are_retried_counted_and_sent_to_the_destination(twin: Twin) -> None:
    tries = twin.metric_total("Tries", service="fails")

    twin.client("lambda").invoke(FunctionName="fails", InvocationType="Event", Payload=b'{"order": 66}')

    letter = dead_letter(twin, '"order": 66')
    assert letter["requestContext"]["condition"] == "RetriesExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 2
    assert letter["responsePayload"]["errorMessage"] == "on purpose"
    eventually(lambda: twin.metric_total("Tries", service="fails") >= tries + 2, "both tries to be counted")
    assert twin.metric_total("Tries", service="fails") == tries + 2


def test_an_unknown_function_is_not_found(twin: Twin) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        invoke(twin, "unknown")
