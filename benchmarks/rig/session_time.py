"""How much of the processor a session of processes takes: a mini-cluster is a JVM and Python workers."""

import os
from pathlib import Path

_STAT_SESSION, _STAT_USER, _STAT_SYSTEM = 3, 11, 12
"""Places in `/proc/<pid>/stat` after the name: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html"""


def session_seconds(session: int) -> float:
    """User and system seconds of the living processes of a session."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[_STAT_SESSION]) == session:
            ticks += int(fields[_STAT_USER]) + int(fields[_STAT_SYSTEM])
    return ticks / os.sysconf("SC_CLK_TCK")
