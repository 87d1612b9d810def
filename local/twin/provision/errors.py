"""Errors of provisioning.

ProvisionError
├── AssemblyMissingError
├── UnknownResourceTypeError
├── UnresolvableError
├── CircularReferenceError
└── CreationFailedError
"""

from collections.abc import Iterable
from pathlib import Path


class ProvisionError(Exception):
    """The templates cannot be brought to life."""


class AssemblyMissingError(ProvisionError):
    """There is no synthesized assembly."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"expected a synthesized assembly in {directory}, found no manifest.json: run `make synth`"
        )


class UnknownResourceTypeError(ProvisionError):
    """Templates declare resources that the twin neither creates nor leaves out on purpose."""

    def __init__(self, resources: Iterable[str]) -> None:
        listed = ", ".join(sorted(resources))
        super().__init__(
            f"the twin knows no creator for {listed}: write one in local/twin/provision/creators, "
            "or give a reason in local/twin/provision/left_out.py"
        )


class UnresolvableError(ProvisionError):
    """A reference leads nowhere."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{where}: cannot resolve {what}")


class CircularReferenceError(ProvisionError):
    """Resources wait for one another."""

    def __init__(self, resources: Iterable[str]) -> None:
        super().__init__("resources refer to one another in a circle: " + ", ".join(sorted(resources)))


class CreationFailedError(ProvisionError):
    """A service refused to create a resource."""

    def __init__(self, resource: str, reason: Exception) -> None:
        super().__init__(f"{resource} could not be created: {type(reason).__name__}: {reason}")
