"""Errors of the twin's Lambda.

FunctionError
├── UnknownFunctionError
├── ThrottledError
└── UnsupportedRuntimeError
"""


class FunctionError(Exception):
    """A function cannot be created or invoked."""


class UnknownFunctionError(FunctionError):
    """There is no function of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Function not found: {name}")


class ThrottledError(FunctionError):
    """The function has no concurrency left, or none is reserved for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Rate Exceeded: {name} has no concurrency left")


class UnsupportedRuntimeError(FunctionError):
    """The twin runs Python functions only."""

    def __init__(self, name: str, runtime: str) -> None:
        super().__init__(f"{name}: expected a python3.x runtime, got {runtime}")
