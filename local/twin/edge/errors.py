"""Errors of the edge.

EdgeError
├── PortInUseError
├── BackendFailedError
└── BackendCallError
"""

from pathlib import Path


class EdgeError(Exception):
    """The edge, or moto behind it, failed."""


class PortInUseError(EdgeError):
    """Another process listens on the requested port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use: stop the process that listens on it, or pass --port")


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
