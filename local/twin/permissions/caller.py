"""Who makes a request: a role's session, an AWS service, or the account's administrator."""

import base64
import hashlib
from dataclasses import dataclass

from local.twin.endpoints import ACCOUNT_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSession:
    """A session of a role, such as that of a function."""

    role_arn: str

    def __str__(self) -> str:
        return f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{self.role_arn.rpartition('/')[2]}/touchline"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrincipal:
    """An AWS service that acts for a resource, such as EventBridge for a rule."""

    name: str
    """Such as `events.amazonaws.com`."""
    source_arn: str

    def __str__(self) -> str:
        return self.name


Caller = RoleSession | ServicePrincipal | None
"""None is the administrator, who may do everything: a developer, a test, and the twin's own upkeep."""


def access_key_id(role_arn: str) -> str:
    """Return the access key id of a role's sessions, by which the edge knows who signed a request."""
    digest = hashlib.sha256(role_arn.encode()).digest()
    return "ASIA" + base64.b32encode(digest).decode()[:16]
