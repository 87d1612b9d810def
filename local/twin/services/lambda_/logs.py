"""A function's log: a file, and its last lines in memory."""

from collections import deque
from pathlib import Path

from local.twin.services.lambda_.metrics import MetricStore

_TAIL = 200


class FunctionLog:
    """Keeps what a function's environments print, and records the metrics in it."""

    def __init__(self, path: Path, metrics: MetricStore) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", buffering=1, encoding="utf-8", errors="replace")
        self._metrics = metrics
        self.path = path
        self.tail: deque[str] = deque(maxlen=_TAIL)

    def write(self, line: str) -> None:
        """Write one line."""
        self._metrics.read_line(line)
        self.tail.append(line)
        self._file.write(line + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
