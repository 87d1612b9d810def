"""The process of a local mini-cluster: Flink's JVM, the job's driver and its Python workers, in one group."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.twin.endpoints import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from local.twin.services.kinesisanalytics.flink_install import ENVIRONMENT, java_home

RUN_OPTIONS_GROUP = "kinesis.analytics.flink.run.options"
APPLICATION_GROUP = "touchline"
FLINK_GROUP = "touchline.flink"
GUARD = Path(__file__).parent / "flink_guard.py"
PATIENCE_SECONDS = 10.0
LAST_CHARACTERS = 4_000
SHORT_LIVED_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A cluster of minutes never earns the optimising compiler back: twelve seconds of processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlinkApplication:
    """An application as it is deployed: the package's folder and its property groups, and where it is run.

    `directory` holds logs and checkpoints; a cluster that finds a checkpoint there goes on from it.
    """

    package: Path
    property_groups: Sequence[Mapping[str, Any]]
    directory: Path
    endpoint_url: str
    environment: Path = ENVIRONMENT
    parallelism: int = 1
    checkpoint_milliseconds: int = 5_000
    flink: Mapping[str, str] | None = None

    def properties(self, group: str) -> dict[str, str]:
        """The properties of one group; none if the group is not there."""
        maps = [found["PropertyMap"] for found in self.property_groups if found["PropertyGroupId"] == group]
        return dict(maps[0]) if maps else {}


class FlinkCluster:
    """Runs an application in a mini-cluster of its own, as a process group."""

    def __init__(self, application: FlinkApplication) -> None:
        self._application = application
        self._log = application.directory / "driver.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.rest_port = free_port()

    def start(self) -> None:
        """Start the driver; the cluster needs some seconds until it consumes."""
        directory = self._application.directory
        directory.mkdir(parents=True, exist_ok=True)
        properties = directory / "application_properties.json"
        properties.write_text(json.dumps(self._property_groups()))
        python = self._application.environment / "bin" / "python"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, GUARD, python, self._run_option("python")],
                stdin=subprocess.PIPE,
                env=self._environment(properties),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether the driver is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def session(self) -> int | None:
        """The session of all its processes, while it runs."""
        return self._process.pid if self._process is not None else None

    def stop(self, *, at_once: bool = False) -> None:
        """End the whole group; `at_once` as a machine that fails would."""
        if self._process is None:
            return
        _signal_group(self._process.pid, signal.SIGKILL if at_once else signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE_SECONDS)
        _signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None

    def last_words(self) -> str:
        """The end of the driver's log, for whoever must say why it died."""
        return self._log.read_text(errors="replace")[-LAST_CHARACTERS:] if self._log.exists() else ""

    def newest_checkpoint(self) -> Path | None:
        """The last checkpoint that was completed."""
        found = self._application.directory.glob("checkpoints/*/chk-*/_metadata")
        newest = max(found, key=lambda metadata: metadata.stat().st_mtime, default=None)
        return newest.parent if newest else None

    def _property_groups(self) -> list[dict[str, Any]]:
        application = self._application
        own = {**application.properties(APPLICATION_GROUP), "aws.endpoint": application.endpoint_url}
        return [
            {"PropertyGroupId": APPLICATION_GROUP, "PropertyMap": own},
            {"PropertyGroupId": FLINK_GROUP, "PropertyMap": self._flink()},
        ]

    def _flink(self) -> dict[str, str]:
        application = self._application
        checkpoint = self.newest_checkpoint()
        return {
            "pipeline.jars": self._run_option("jarfile").resolve().as_uri(),
            "parallelism.default": str(application.parallelism),
            "rest.address": "127.0.0.1",
            "rest.bind-address": "127.0.0.1",
            "rest.port": str(self.rest_port),
            "metrics.fetcher.update-interval": "250",
            "execution.checkpointing.interval": f"{application.checkpoint_milliseconds} ms",
            "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
            "state.checkpoints.dir": (application.directory / "checkpoints").resolve().as_uri(),
            **({"execution.savepoint.path": checkpoint.resolve().as_uri()} if checkpoint else {}),
            **(application.flink or {}),
        }

    def _environment(self, properties: Path) -> dict[str, str]:
        """PyFlink looks for `python` on the path; the connector would speak CBOR, which moto does not."""
        application = self._application
        libraries = application.package / application.properties(RUN_OPTIONS_GROUP)["pyFiles"]
        return {
            **os.environ,
            "PATH": f"{application.environment / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(libraries.resolve()),
            "JAVA_HOME": str(java_home(application.environment)),
            "JVM_ARGS": SHORT_LIVED_JVM,
            "FLINK_LOG_DIR": str(application.directory),
            "TOUCHLINE_FLINK_PROPERTIES": str(properties),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_CBOR_DISABLE": "true",
            "_python_worker_execution_mode": "process" if application.parallelism > 1 else "loopback",
        }

    def _run_option(self, name: str) -> Path:
        return self._application.package / self._application.properties(RUN_OPTIONS_GROUP)[name]


def _signal_group(group: int, which: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, which)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
