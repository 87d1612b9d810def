"""Managed Flink fails a program that changes its configuration; so does the mini-cluster."""

from pathlib import Path

import pytest

from benchmarks.rig.flink_rig import flink_rig
from local.twin.services.kinesisanalytics.flink_cluster import RESTRICTIONS
from local.twin.services.kinesisanalytics.flink_runner import FlinkFailedError, FlinkRunner

pytestmark = pytest.mark.flink

CONFIGURING = """
from pyflink.common import Configuration
from pyflink.datastream import StreamExecutionEnvironment

configuration = Configuration()
configuration.set_string("python.execution-mode", "thread")
configuration.set_string("python.fn-execution.bundle.time", "10")
configuration.set_string("execution.buffer-timeout.interval", "5 ms")
flink = StreamExecutionEnvironment.get_execution_environment(configuration)
flink.from_collection([1]).print()
flink.execute("configured by the program")
"""


def test_the_packaged_application_starts_where_programs_may_not_configure_the_cluster(
    package: Path, tmp_path: Path
) -> None:
    assert RESTRICTIONS["execution.program-config.enabled"] == "false"
    with flink_rig() as rig:
        runner = FlinkRunner(rig.application(package, tmp_path))
        runner.start()
        try:
            runner.wait_until_consuming()
        finally:
            runner.stop()


def test_a_program_that_configures_the_cluster_does_not_start(package: Path, tmp_path: Path) -> None:
    # GIVEN the package with an entry point that sets two keys besides the allowed execution mode
    configuring = tmp_path / "package"
    configuring.mkdir()
    for part in ("lib", "dep"):
        (configuring / part).symlink_to(package / part)
    (configuring / "main.py").write_text(CONFIGURING)

    # WHEN it is submitted
    with flink_rig() as rig:
        runner = FlinkRunner(rig.application(configuring, tmp_path / "run"))
        runner.start()
        try:
            with pytest.raises(FlinkFailedError) as failed:
                runner.wait_until_consuming()
        finally:
            runner.stop()

    # THEN it fails with the name of each key, and of no other
    message = str(failed.value)
    assert "MutatedConfigurationException" in message
    refused = sorted(
        {line.split("Configuration ")[1] for line in message.splitlines() if " not allowed." in line}
    )
    assert refused == [
        "execution.buffer-timeout.interval:5 ms not allowed.",
        "python.fn-execution.bundle.time:10 not allowed.",
    ]
