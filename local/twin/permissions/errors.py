"""Errors of permissions.

PermissionsError
├── UnsupportedPolicyError
└── UnmappedOperationError
"""


class PermissionsError(Exception):
    """A policy or a request cannot be evaluated."""


class UnsupportedPolicyError(PermissionsError):
    """A policy uses an element that the evaluator does not know."""

    def __init__(self, statement: str, element: str) -> None:
        super().__init__(f"{statement}: the twin does not evaluate {element}; see local/twin/permissions")


class UnmappedOperationError(PermissionsError):
    """No file of `local/twin/permissions/operations` says what a request needs."""

    def __init__(self, service: str, operation: str) -> None:
        super().__init__(
            f"the twin does not know which permission {service} {operation!r} needs: "
            "add it to local/twin/permissions/operations"
        )
