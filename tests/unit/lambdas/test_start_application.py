"""A deployment starts the Flink application, waits until it runs, and fails with the service's reason."""

from collections.abc import Iterator, Sequence
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from lambdas.adapters.managed_flink import REASON_CHARACTERS, ManagedFlinkApplication
from lambdas.handlers import start_application
from lambdas.handlers.composition import applications
from lambdas.logic.application_start import TIMEOUT_SECONDS, TRANSIENT, ApplicationStarter
from lambdas.logic.errors import ApplicationNotRunningError
from tests.support.lambda_context import LambdaContext

NAME = "detector"


class ScriptedApplication:
    """An application with the statuses of a script, the last of which stays."""

    def __init__(self, *statuses: str, failures: Sequence[str | None] = (), busy: int = 0) -> None:
        self.statuses = list(statuses)
        self.failures = list(failures)
        self.busy = busy
        self.starts = 0
        self.now = 0.0

    def status(self) -> str:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def start(self) -> str | None:
        self.starts += 1
        return None if self.starts <= self.busy else "operation"

    def failure(self, operation_id: str) -> str | None:
        assert operation_id == "operation"
        return self.failures.pop(0)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def ensure_running(self) -> None:
        ApplicationStarter(application=self, clock=lambda: self.now, sleep=self.sleep).ensure_running()


def test_an_application_that_runs_is_not_started() -> None:
    application = ScriptedApplication("RUNNING")
    application.ensure_running()
    assert application.starts == 0


def test_an_application_that_is_ready_is_started_and_awaited() -> None:
    application = ScriptedApplication("READY", "STARTING", "STARTING", "RUNNING")
    application.ensure_running()
    assert application.starts == 1
    assert application.now > 0


def test_an_update_that_is_in_progress_is_awaited() -> None:
    application = ScriptedApplication("UPDATING", "UPDATING", "RUNNING")
    application.ensure_running()
    assert application.starts == 0


def test_an_application_that_an_update_left_ready_is_started() -> None:
    application = ScriptedApplication("UPDATING", "READY", "STARTING", "RUNNING")
    application.ensure_running()
    assert application.starts == 1


def test_a_start_that_failed_gives_the_reason_of_the_service() -> None:
    application = ScriptedApplication("READY", "STARTING", "READY", failures=["MutatedConfiguration"])
    with pytest.raises(ApplicationNotRunningError, match=r"READY: MutatedConfiguration"):
        application.ensure_running()
    assert application.starts == 1


def test_a_status_from_before_the_start_is_no_failure() -> None:
    application = ScriptedApplication("READY", "READY", "STARTING", "RUNNING", failures=[None])
    application.ensure_running()
    assert application.starts == 1


def test_a_start_during_another_operation_is_repeated() -> None:
    application = ScriptedApplication("READY", "UPDATING", "READY", "STARTING", "RUNNING", busy=1)
    application.ensure_running()
    assert application.starts == 2


@pytest.mark.parametrize("status", ["DELETING", "ROLLED_BACK"])
def test_a_status_that_does_not_end_in_running_fails_at_once(status: str) -> None:
    with pytest.raises(ApplicationNotRunningError, match=f"expected .* RUNNING, got {status}"):
        ScriptedApplication(status).ensure_running()


def test_an_application_that_never_runs_is_given_up_before_the_function_times_out() -> None:
    application = ScriptedApplication("STARTING")
    with pytest.raises(ApplicationNotRunningError, match="got STARTING: gave up after 840 s"):
        application.ensure_running()
    assert application.now <= TIMEOUT_SECONDS + 10


def test_every_status_of_the_service_is_decided() -> None:
    model = boto3.client("kinesisanalyticsv2", region_name="eu-west-1").meta.service_model
    statuses = set(model.shape_for("ApplicationStatus").enum)
    assert statuses == TRANSIENT | {"READY", "RUNNING", "DELETING", "ROLLED_BACK"}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Touchline")
    client = boto3.client(
        "kinesisanalyticsv2", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    applications.managed_flink.supply(client)
    yield Stubber(client)
    applications.managed_flink.reset()


def detail(status: str) -> dict[str, Any]:
    return {
        "ApplicationDetail": {
            "ApplicationARN": "arn:aws:kinesisanalytics:eu-west-1:123456789012:application/detector",
            "ApplicationName": NAME,
            "ApplicationStatus": status,
            "ApplicationVersionId": 1,
            "RuntimeEnvironment": "FLINK-1_20",
        }
    }


def operation(status: str, **details: Any) -> dict[str, Any]:
    return {
        "ApplicationOperationInfoDetails": {
            "Operation": "StartApplication",
            "OperationStatus": status,
            "StartTime": 0,
            "EndTime": 0,
            **details,
        }
    }


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_a_deployment_starts_the_application_by_its_name(service: Stubber, request_type: str) -> None:
    service.add_response("describe_application", detail("READY"), {"ApplicationName": NAME})
    service.add_response("start_application", {"OperationId": "1"}, {"ApplicationName": NAME})
    service.add_response("describe_application", detail("RUNNING"), {"ApplicationName": NAME})
    event = {"RequestType": request_type, "ResourceProperties": {"ApplicationName": NAME}}
    with service:
        assert start_application.handler(event, LambdaContext()) == {"PhysicalResourceId": NAME}
    service.assert_no_pending_responses()


def test_a_deletion_leaves_the_application_to_cloudformation(service: Stubber) -> None:
    with service:
        event = {"RequestType": "Delete", "ResourceProperties": {"ApplicationName": NAME}}
        assert start_application.handler(event, LambdaContext()) == {}


def test_a_failed_operation_gives_the_service_reason_in_a_length_that_cloudformation_accepts(
    service: Stubber,
) -> None:
    application = ManagedFlinkApplication(applications.managed_flink(), NAME)
    trace = "ProgramInvocationException: Not allowed configuration change(s)" + "\n\tat" * 5_000
    with service:
        for answer, expected in (
            (operation("IN_PROGRESS"), None),
            (operation("CANCELLED"), "StartApplication CANCELLED"),
            (
                operation("FAILED", OperationFailureDetails={"ErrorInfo": {"ErrorString": trace}}),
                trace[:REASON_CHARACTERS],
            ),
        ):
            service.add_response(
                "describe_application_operation", answer, {"ApplicationName": NAME, "OperationId": "1"}
            )
            assert application.failure("1") == expected


def test_a_start_is_not_made_while_the_application_is_in_use(service: Stubber) -> None:
    application = ManagedFlinkApplication(applications.managed_flink(), NAME)
    with service:
        service.add_client_error("start_application", "ResourceInUseException")
        assert application.start() is None
        service.add_client_error("start_application", "InvalidApplicationConfigurationException")
        with pytest.raises(Exception, match="InvalidApplicationConfigurationException"):
            application.start()
