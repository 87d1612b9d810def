"""A mini-cluster ends with the process that started it."""

import os
import signal
import subprocess
import sys

from local.twin.services.kinesisanalytics.flink_cluster import GUARD

SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"


def test_the_cluster_ends_when_its_starter_ends() -> None:
    guard = subprocess.Popen(
        [sys.executable, GUARD, sys.executable, "-c", SLEEPER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert guard.stdin is not None
    assert guard.stdout is not None
    with guard.stdout:
        cluster = int(guard.stdout.readline())
        assert os.getpgid(cluster) == guard.pid
        guard.stdin.close()
        assert guard.wait(30) == -signal.SIGKILL
        # The pipe ends only when no process of the group holds it.
        assert guard.stdout.read() == b""


def test_the_exit_status_of_the_cluster_is_returned() -> None:
    with subprocess.Popen(
        [sys.executable, GUARD, sys.executable, "-c", "raise SystemExit(7)"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    ) as guard:
        assert guard.wait(30) == 7
