"""Errors of provisioning.

ProvisionError
├── AssemblyMissingError
├── UnknownStackError
├── UnknownResourceTypeError
├── UnresolvableError
├── CircularReferenceError
├── CreationFailedError
└── CustomResourceFailedError
"""

from collections.abc import Iterable
from pathlib import Path


class ProvisionError(Exception):
    """The stacks cannot be deployed."""


class AssemblyMissingError(ProvisionError):
    """The directory has no synthesized assembly."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"expected a synthesized assembly in {directory}, found no manifest.json: run `make synth`"
        )


class UnknownStackError(ProvisionError):
    """No nested stage has a stack of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"expected a stack of a nested stage, got {name!r}")


class UnknownResourceTypeError(ProvisionError):
    """The templates declare resource types that the twin neither creates nor leaves out."""

    def __init__(self, resources: Iterable[str]) -> None:
        listed = ", ".join(sorted(resources))
        super().__init__(
            f"the twin has no creator for {listed}: add one to local/twin/provision/creators, "
            "or add the type to local/twin/provision/left_out.py with the reason"
        )


class UnresolvableError(ProvisionError):
    """A reference or an intrinsic function cannot be resolved."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{where}: cannot resolve {what}")


class CircularReferenceError(ProvisionError):
    """Resources depend on one another in a cycle."""

    def __init__(self, resources: Iterable[str]) -> None:
        super().__init__("resources depend on one another in a cycle: " + ", ".join(sorted(resources)))


class CreationFailedError(ProvisionError):
    """A service refused to create a resource."""

    def __init__(self, resource: str, reason: Exception) -> None:
        super().__init__(f"{resource} could not be created: {type(reason).__name__}: {reason}")


class CustomResourceFailedError(ProvisionError):
    """The function behind a custom resource raised an error."""

    def __init__(self, resource: str, message: str) -> None:
        super().__init__(f"{resource} could not be created: {message}")
