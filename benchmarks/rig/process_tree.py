"""Memory, descriptors and threads of a process and its descendants, from Linux's `/proc`.

Field numbers: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html and proc_pid_status.5.html.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

MOTO, EDGE, FUNCTIONS = "moto", "edge", "functions"
ROLES = (EDGE, MOTO, FUNCTIONS)
_PROC = Path("/proc")
_PARENT = 1
"""The parent's position in `/proc/<pid>/stat` after the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What some processes use; `memory_mb` is their resident memory, without that of files."""

    processes: int = 0
    memory_mb: float = 0.0
    descriptors: int = 0
    threads: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Add two usages."""
        return Usage(
            processes=self.processes + other.processes,
            memory_mb=self.memory_mb + other.memory_mb,
            descriptors=self.descriptors + other.descriptors,
            threads=self.threads + other.threads,
        )


def usage_by_role(root: int) -> dict[str, Usage]:
    """Return the usage of a twin's processes: its edge, moto, and the functions' environments."""
    found = dict.fromkeys(ROLES, Usage())
    for process_id in _tree(root):
        try:
            role = EDGE if process_id == root else _role(process_id)
            found[role] += _usage(process_id)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while it was read
    return found


def _tree(root: int) -> list[int]:
    children: defaultdict[int, list[int]] = defaultdict(list)
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children[int(fields[_PARENT])].append(int(stat.parent.name))
    tree = [root]
    for process_id in tree:
        tree += children[process_id]
    return tree


def _role(process_id: int) -> str:
    command = (_PROC / str(process_id) / "cmdline").read_bytes()
    return MOTO if b"local.twin.moto.process" in command else FUNCTIONS


def _usage(process_id: int) -> Usage:
    folder = _PROC / str(process_id)
    lines = (line.partition(":") for line in (folder / "status").read_text().splitlines())
    status = {name: value.split() for name, _, value in lines}
    return Usage(
        processes=1,
        memory_mb=int(status["RssAnon"][0]) / 1024 if "RssAnon" in status else 0.0,
        descriptors=sum(1 for _ in (folder / "fd").iterdir()),
        threads=int(status["Threads"][0]),
    )
