"""Errors of the edge.

EdgeError
├── PortInUseError
├── PortRefusedError
├── BackendFailedError
└── BackendCallError
"""

import errno
import os
from pathlib import Path

from local.errors import CommandError


class EdgeError(CommandError):
    """The edge, or moto behind it, failed."""


class PortInUseError(EdgeError):
    """Another process listens on the requested port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use: stop the process that listens on it, or pass --port")


class PortRefusedError(EdgeError):
    """The system does not let this process listen on the requested port."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(f"port {port} cannot be listened on: {reason.lower()}; pass another with --port")


def port_error(port: int, error: OSError) -> EdgeError:
    """Return why a port could not be listened on."""
    if error.errno == errno.EADDRINUSE:
        return PortInUseError(port)
    return PortRefusedError(port, os.strerror(error.errno) if error.errno else str(error))


class BackendFailedError(EdgeError):
    """moto did not start."""

    def __init__(self, expected: str, got: str, log_path: Path) -> None:
        super().__init__(f"expected {expected}, got {got}; see {log_path}")


class BackendCallError(EdgeError):
    """moto refused a call that the twin made."""

    def __init__(self, operation: str, status: int, code: str, message: str) -> None:
        super().__init__(f"{operation} answered {status} {code}: {message}")
        self.status = status
        self.code = code
