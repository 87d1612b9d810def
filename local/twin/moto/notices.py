"""Notices from moto's process to the edge: one JSON object per line.

Kinds: `ready` (moto serves a port), `activity` (a queue, stream, table or the schedules changed), `invoke`
(an SNS topic notifies a function) and `target` (an EventBridge rule sends an event to a target).
"""

import json
import socket
import threading
from typing import Any


class NoticeSender:
    """Sends notices; the sender does not wait for the edge to act on them."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, kind: str, **details: Any) -> None:
        """Send one notice."""
        line = json.dumps({"kind": kind, **details}, separators=(",", ":"), default=str).encode() + b"\n"
        with self._lock:
            self._connection.sendall(line)
