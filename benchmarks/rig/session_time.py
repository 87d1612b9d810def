"""CPU time of a session of processes, such as a Flink mini-cluster with its Python workers."""

import os
from pathlib import Path

_STAT_SESSION, _STAT_USER, _STAT_SYSTEM = 3, 11, 12
"""Field numbers in `/proc/<pid>/stat` after the name: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html"""


def session_seconds(session: int) -> float:
    """Return the user and system seconds of the session's running processes."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[_STAT_SESSION]) == session:
            ticks += int(fields[_STAT_USER]) + int(fields[_STAT_SYSTEM])
    return ticks / os.sysconf("SC_CLK_TCK")
