"""A command can be interrupted in the main thread, and runs in another one too."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.interruption import Interrupted, interruptible, withheld_from_children


def test_a_signal_interrupts_the_main_thread_and_its_handler_is_restored() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(Interrupted) as interrupted, interruptible():
        os.kill(os.getpid(), signal.SIGTERM)

    assert interrupted.value.exit_status == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_child_that_is_started_meanwhile_never_gets_a_signal() -> None:
    program = "import os, signal; os.kill(os.getpid(), signal.SIGTERM); print('alive')"
    with withheld_from_children():
        child = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert child.stdout == b"alive\n"
    # AND one that is started later does
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert child.returncode == -signal.SIGTERM


def test_in_another_thread_signals_stay_as_they_are() -> None:
    def run() -> object:
        with interruptible():
            return signal.getsignal(signal.SIGTERM)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run).result() is signal.getsignal(signal.SIGTERM)
