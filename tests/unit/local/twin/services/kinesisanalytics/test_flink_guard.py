"""No mini-cluster outlives whoever started it."""

import os
import signal
import subprocess
import sys

from local.twin.services.kinesisanalytics.flink_cluster import GUARD

SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"


def test_the_cluster_ends_when_its_starter_is_gone() -> None:
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
        # The pipe ends only when nobody of the group holds it any more.
        assert guard.stdout.read() == b""


def test_the_clusters_own_end_is_passed_on() -> None:
    with subprocess.Popen(
        [sys.executable, GUARD, sys.executable, "-c", "raise SystemExit(7)"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    ) as guard:
        assert guard.wait(30) == 7
