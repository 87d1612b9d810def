"""Start a Managed Flink application at deployment, and wait until it runs."""

from collections.abc import Callable
from dataclasses import dataclass

from lambdas.logic.errors import ApplicationNotRunningError
from lambdas.logic.ports.applications import FlinkApplication

READY, RUNNING = "READY", "RUNNING"
TRANSIENT = frozenset(
    {"STARTING", "UPDATING", "AUTOSCALING", "MAINTENANCE", "STOPPING", "FORCE_STOPPING", "ROLLING_BACK"}
)
"""Statuses that end by themselves:
https://docs.aws.amazon.com/managed-flink/latest/apiv2/API_ApplicationDetail.html
"""
POLLING_SECONDS = 2.0
TIMEOUT_SECONDS = 14 * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStarter:
    """Starts an application that does not run."""

    application: FlinkApplication
    clock: Callable[[], float]
    sleep: Callable[[float], None]

    def ensure_running(self) -> None:
        """Start the application unless it runs, and return when it does.

        An update restarts an application that runs; one that failed to start stays READY until it is started
        again. Raises ApplicationNotRunningError with the service's reason when the start fails.
        """
        deadline = self.clock() + TIMEOUT_SECONDS
        operation_id: str | None = None
        while (status := self.application.status()) != RUNNING:
            if status == READY and operation_id is None:
                operation_id = self.application.start()
                if operation_id is not None:
                    continue
            elif status == READY and operation_id is not None:
                # Right after the start the status can still be that of before.
                failure = self.application.failure(operation_id)
                if failure is not None:
                    raise ApplicationNotRunningError(status, failure)
            elif status not in TRANSIENT:
                raise ApplicationNotRunningError(status, "the status does not change by itself")
            if self.clock() >= deadline:
                raise ApplicationNotRunningError(status, f"gave up after {TIMEOUT_SECONDS:.0f} s")
            self.sleep(POLLING_SECONDS)
