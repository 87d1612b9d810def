"""The bell between moto's process and the edge: one JSON object per line, never waited for."""

import json
import socket
import threading
from typing import Any


class Bell:
    """Tells the edge that something happened inside moto."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def ring(self, kind: str, **details: Any) -> None:
        """Send one notice."""
        line = json.dumps({"kind": kind, **details}, separators=(",", ":"), default=str).encode() + b"\n"
        with self._lock:
            self._connection.sendall(line)
