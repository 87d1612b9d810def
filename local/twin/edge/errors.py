"""Errors of the edge.

EdgeError
├── PortInUseError
├── BackendFailedError
├── BackendCallError
└── UnroutableRequestError
"""

from pathlib import Path


class EdgeError(Exception):
    """Something at the edge is not as it must be."""


class PortInUseError(EdgeError):
    """Somebody else listens on the port that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use: stop what listens there, or choose another with --port")


class BackendFailedError(EdgeError):
    """moto did not come up."""

    def __init__(self, expected: str, got: str, log_path: Path) -> None:
        super().__init__(f"expected {expected}, got {got}; see {log_path}")


class BackendCallError(EdgeError):
    """A service refused a call of the twin's own."""

    def __init__(self, operation: str, status: int, code: str, message: str) -> None:
        super().__init__(f"{operation} answered {status} {code}: {message}")
        self.status = status
        self.code = code
