"""Errors of provisioning.

ProvisionError
├── AssemblyMissingError
├── UnknownStackError
├── UnknownResourceTypeError
├── UnresolvableError
├── CircularReferenceError
├── CreationFailedError
├── UpdateFailedError
├── UpdateNotSupportedError
├── NameTakenError
├── TypeChangedError
├── ExportInUseError
├── StackRolledBackError
├── SchemasMissingError
├── RoleNotAssumableError
└── CustomResourceFailedError
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from local.errors import CommandError


class ProvisionError(CommandError):
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


class UpdateFailedError(ProvisionError):
    """A service refused to change a resource."""

    def __init__(self, resource: str, reason: Exception) -> None:
        super().__init__(f"{resource} could not be updated: {type(reason).__name__}: {reason}")


class UpdateNotSupportedError(ProvisionError):
    """The twin creates resources of a type, and cannot change them."""

    def __init__(self, resource: str, properties: Iterable[str]) -> None:
        listed = ", ".join(sorted(properties))
        super().__init__(
            f"{resource}: the twin cannot change {listed} in place: add an updater to "
            "local/twin/provision/creators, or start the twin again"
        )


class NameTakenError(ProvisionError):
    """A resource has to be replaced, and its template fixes a name that the present one has."""

    def __init__(self, resource: str, name: str) -> None:
        super().__init__(
            f"{resource} has to be replaced, and the present one has its name, {name}: "
            "expected a new name, or no name"
        )


class TypeChangedError(ProvisionError):
    """A logical id has another type than before."""

    def __init__(self, place: str, before: str, after: str) -> None:
        super().__init__(f"{place}: expected the type {before}, which no update can change, got {after}")


class ExportInUseError(ProvisionError):
    """An update would change or remove an export that other stacks import."""

    def __init__(self, export: str, importers: Iterable[str]) -> None:
        listed = ", ".join(sorted(importers))
        super().__init__(f"expected the export {export} to stay as it is, because {listed} imports it")


class StackRolledBackError(ProvisionError):
    """An update failed, and the stack is as it was before, but for what could not be undone."""

    def __init__(self, stack: str, reason: ProvisionError, not_undone: Sequence[str]) -> None:
        left = f"; these could not be undone: {'; '.join(not_undone)}" if not_undone else ""
        super().__init__(f"the update of {stack} was rolled back: {reason}{left}")


class SchemasMissingError(ProvisionError):
    """CloudFormation's schemas are not installed."""

    def __init__(self) -> None:
        super().__init__("expected cfn-lint, which has CloudFormation's schemas: run `make setup`")


class RoleNotAssumableError(ProvisionError):
    """The trust policy of a role does not let a service assume it."""

    def __init__(self, service: str, role_arn: str) -> None:
        super().__init__(f"expected a role that {service} may assume, got {role_arn}")


class CustomResourceFailedError(ProvisionError):
    """The function behind a custom resource raised an error."""

    def __init__(self, resource: str, message: str) -> None:
        super().__init__(f"{resource} could not be created: {message}")
