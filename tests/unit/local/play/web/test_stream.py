"""The picture's encoder goes on until the stream ends, also when a signal goes to the whole process group."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paths import ROOT

PROGRAM = """
import sys, time
from datetime import UTC, datetime
from domain.match import Score
from local.interruption import Interrupted, interruptible
from local.play.web.clock import FrameContent
from local.play.web.stream import LiveStream

content = FrameContent(programme_time=datetime(2021, 6, 11, tzinfo=UTC), clock="0:00", score=Score())

def wait_for_two_segments(stream):
    number = stream.playlist().count("segment")
    while stream._thread.is_alive() and stream.playlist().count("segment") < number + 2:
        time.sleep(0.02)


try:
    with interruptible(), LiveStream(lambda: content) as stream:
        wait_for_two_segments(stream)
        print("streams", flush=True)
        try:
            time.sleep(600)
        finally:  # as the demo does, which ends the replay first; an encoder that ends writes one, not two
            wait_for_two_segments(stream)
except Interrupted as interrupted:
    sys.exit(interrupted.exit_status)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_group_leaves_the_stream_to_the_demo_which_ends_it(
    tmp_path: Path, number: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "streams\n"
        os.killpg(running.pid, number)
        _, errors = running.communicate()
    assert (running.returncode, errors) == (128 + number, "")
    assert list(tmp_path.iterdir()) == []
