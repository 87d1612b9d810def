"""Run the Flink application in a mini-cluster against the twin, with the interface of the embedded engine."""

import threading
from collections import Counter

from local.twin.services.kinesisanalytics.flink_cluster import FlinkApplication, FlinkCluster
from local.twin.services.kinesisanalytics.flink_install import ENVIRONMENT, install
from local.twin.services.kinesisanalytics.flink_status import FlinkStatus

START_SECONDS = 120.0
WATCH_SECONDS = 0.25


class FlinkFailedError(Exception):
    """The mini-cluster ended, or did not start in time; the message is the end of its log."""


class FlinkRunner:
    """Runs the application until it is stopped; `consuming` is set when its source reads the stream."""

    def __init__(self, application: FlinkApplication) -> None:
        self._environment = application.environment
        self._cluster = FlinkCluster(application)
        self._status = FlinkStatus(self._cluster.rest_port)
        self.consuming = threading.Event()

    @property
    def counts(self) -> Counter[str]:
        """The application's counters."""
        return self._status.counts()

    @property
    def checkpoints(self) -> int:
        """The number of checkpoints that this run has completed."""
        return self._status.checkpoints()

    @property
    def session(self) -> int | None:
        """The session id of the cluster's processes."""
        return self._cluster.session

    def run(self, stop: threading.Event) -> None:
        """Run until stopped; raises FlinkFailedError when the cluster ends by itself."""
        self.start()
        try:
            while not stop.wait(WATCH_SECONDS):
                self._check_alive()
                if not self.consuming.is_set() and self._status.is_consuming():
                    self.consuming.set()
        finally:
            self.stop()

    def start(self) -> None:
        """Start the cluster from its newest checkpoint, if there is one; install Flink if it is missing."""
        if self._environment == ENVIRONMENT:
            install()
        self._cluster.start()

    def wait_until_consuming(self, timeout_seconds: float = START_SECONDS) -> None:
        """Wait until the source reads the stream; for callers that do not use `run`."""
        never = threading.Event()
        for _ in range(round(timeout_seconds / WATCH_SECONDS)):
            self._check_alive()
            if self._status.is_consuming():
                self.consuming.set()
                return
            never.wait(WATCH_SECONDS)
        raise FlinkFailedError(f"not consuming after {timeout_seconds:.0f} s\n{self._cluster.log_tail()}")

    def stop(self, *, at_once: bool = False) -> None:
        """End the cluster; `at_once` kills it, as the failure of a machine would."""
        self._cluster.stop(at_once=at_once)

    def _check_alive(self) -> None:
        if not self._cluster.running:
            raise FlinkFailedError(self._cluster.log_tail())
