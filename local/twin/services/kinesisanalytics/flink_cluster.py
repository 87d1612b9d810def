"""The process of a local mini-cluster: Flink's JVM and the program that submits the job.

Flink's own command line submits the package, under the restrictions of Managed Flink. A program that the
service would refuse does not start here either.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flink_app.settings import APPLICATION_GROUP, PROPERTIES_VARIABLE
from local.twin.endpoints import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from local.twin.services.kinesisanalytics.flink_install import ENVIRONMENT, flink_command, java_home

RUN_OPTIONS_GROUP = "kinesis.analytics.flink.run.options"
RESTRICTIONS = {
    "execution.program-config.enabled": "false",
    "execution.program-config.wildcards": ";".join(
        (
            "pipeline.auto-watermark-interval",
            "pipeline.closure-cleaner-level",
            "pipeline.max-parallelism",
            "pipeline.name",
            "pipeline.operator-chaining.chain-operators-with-different-max-parallelism",
            "pipeline.operator-chaining.enabled",
            "pipeline.vertex-description-mode",
            "pipeline.vertex-name-include-index-prefix",
            "python.execution-mode",
            "python.operator-chaining.enabled",
            # PyFlink itself sets these in every program that has Python files.
            "pipeline.cached-files",
            "python.internal.files-key-map",
            "python.job-options",
        )
    ),
}
"""Managed Flink fails a program that configures any other key:
https://docs.aws.amazon.com/managed-flink/latest/java/troubleshooting-job-configuration.html
"""
GUARD = Path(__file__).parent / "flink_guard.py"
STOP_SECONDS = 10.0
LOG_CHARACTERS = 4_000
SHORT_LIVED_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""The optimising compiler costs twelve seconds of processor time, more than it saves a cluster of minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlinkApplication:
    """A deployed application: the package's folder and its property groups, and where to run it.

    `directory` holds logs and checkpoints; a cluster starts from the newest checkpoint there. `configuration`
    is what AWS Support can set for an application.
    """

    package: Path
    property_groups: Mapping[str, Mapping[str, str]]
    directory: Path
    endpoint_url: str
    access_key_id: str = ACCESS_KEY_ID
    environment: Path = ENVIRONMENT
    parallelism: int = 1
    checkpoint_milliseconds: int = 5_000
    configuration: Mapping[str, str] = field(default_factory=dict)


class FlinkCluster:
    """Runs an application in a mini-cluster of its own, as a process group."""

    def __init__(self, application: FlinkApplication) -> None:
        self._application = application
        self._log = application.directory / "driver.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.rest_port = free_port()

    def start(self) -> None:
        """Start the cluster; it takes some seconds until it reads the stream."""
        directory = self._application.directory
        directory.mkdir(parents=True, exist_ok=True)
        properties = directory / "application_properties.json"
        properties.write_text(json.dumps(self._property_groups()))
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, GUARD, *self._command()],
                stdin=subprocess.PIPE,
                env=self._environment(properties),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """True while the process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def session(self) -> int | None:
        """The session id of the cluster's processes, while it runs."""
        return self._process.pid if self._process is not None else None

    def stop(self, *, at_once: bool = False) -> None:
        """End the process group; `at_once` kills it, as the failure of a machine would."""
        if self._process is None:
            return
        _signal_group(self._process.pid, signal.SIGKILL if at_once else signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        _signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None

    def log_tail(self) -> str:
        """Return the end of the log."""
        return self._log.read_text(errors="replace")[-LOG_CHARACTERS:] if self._log.exists() else ""

    def newest_checkpoint(self) -> Path | None:
        """Return the folder of the last completed checkpoint."""
        found = self._application.directory.glob("checkpoints/*/chk-*/_metadata")
        newest = max(found, key=lambda metadata: metadata.stat().st_mtime, default=None)
        return newest.parent if newest else None

    def _property_groups(self) -> list[dict[str, object]]:
        application = self._application
        own = {**application.property_groups[APPLICATION_GROUP], "aws.endpoint": application.endpoint_url}
        return [{"PropertyGroupId": APPLICATION_GROUP, "PropertyMap": own}]

    def _command(self) -> list[str | Path]:
        """Return `flink run` with the options that the service reads from the run options' property group."""
        checkpoint = self.newest_checkpoint()
        return [
            flink_command(self._application.environment),
            *("run", "--target", "local"),
            *(f"-D{key}={value}" for key, value in self._configuration().items()),
            *(("--fromSavepoint", checkpoint.resolve().as_uri()) if checkpoint else ()),
            *("--python", self._packaged("python")),
            *("--jarfile", self._packaged("jarfile")),
            *("--pyFiles", self._packaged("pyFiles")),
        ]

    def _configuration(self) -> dict[str, str]:
        application = self._application
        return {
            **RESTRICTIONS,
            "parallelism.default": str(application.parallelism),
            "taskmanager.numberOfTaskSlots": str(application.parallelism),
            "rest.address": "127.0.0.1",
            "rest.bind-address": "127.0.0.1",
            "rest.port": str(self.rest_port),
            "metrics.fetcher.update-interval": "250",
            "execution.checkpointing.interval": _duration(application.checkpoint_milliseconds),
            "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
            "execution.checkpointing.dir": (application.directory / "checkpoints").resolve().as_uri(),
            **application.configuration,
        }

    def _environment(self, properties: Path) -> dict[str, str]:
        """Return the environment of the process.

        PyFlink looks for `python` on the path. The connector would use CBOR, which moto does not support.
        Without a worker execution mode, PyFlink would start workers in the program and configure their
        address, which the restrictions forbid.
        """
        environment = self._application.environment
        return {
            **os.environ,
            "PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "JAVA_HOME": str(java_home(environment)),
            "JVM_ARGS": SHORT_LIVED_JVM,
            "FLINK_LOG_DIR": str(self._application.directory),
            PROPERTIES_VARIABLE: str(properties),
            "AWS_ACCESS_KEY_ID": self._application.access_key_id,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_CBOR_DISABLE": "true",
            "_python_worker_execution_mode": "process",
        }

    def _packaged(self, option: str) -> Path:
        """Return the path of a part of the package, by the name of its run option."""
        return (
            self._application.package / self._application.property_groups[RUN_OPTIONS_GROUP][option]
        ).resolve()


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _duration(milliseconds: int) -> str:
    """Return a duration as Flink spells it; another spelling counts as a change by the program."""
    seconds, rest = divmod(milliseconds, 1_000)
    return f"{milliseconds} ms" if rest else f"{seconds} s"


def _signal_group(group: int, which: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, which)
