"""A twin's temporary folder goes with the twin, or at the start of the next one."""

import os
import subprocess
import sys
from pathlib import Path

from local.twin.scratch_folder import ScratchFolder, remove_abandoned


def ended_process_id() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_folder_of_a_killed_process_is_removed_at_the_next_start(tmp_path: Path) -> None:
    # GIVEN the folder of a process that was killed, with a log in it
    abandoned = tmp_path / f"touchline-twin-{ended_process_id()}-abcdefgh"
    (abandoned / "logs").mkdir(parents=True)
    (abandoned / "logs" / "moto.log").write_text("a line")
    # WHEN another twin starts
    scratch = ScratchFolder(tmp_path)
    # THEN only its own folder is left, until it stops
    assert list(tmp_path.iterdir()) == [scratch.path]
    scratch.remove()
    assert list(tmp_path.iterdir()) == []


def test_folders_of_running_processes_and_of_others_stay(tmp_path: Path) -> None:
    running = tmp_path / f"touchline-twin-{os.getpid()}-abcdefgh"
    unrelated = tmp_path / "touchline-twin-notes"
    for folder in (running, unrelated):
        folder.mkdir()
    assert remove_abandoned(tmp_path) == []
    assert running.exists()
    assert unrelated.exists()
