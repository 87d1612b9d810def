"""What a request needs: an action on a resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.twin.endpoints import ACCOUNT_ID, PARTITION


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An action on a resource, with the values of the condition keys that the service provides."""

    action: str
    """Such as `dynamodb:PutItem`."""
    resource: str
    """An ARN, or `*` for an action that has no resource types."""
    context: Mapping[str, str] = field(default_factory=dict)
    """By condition key in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arns:
    """Builds ARNs of the twin's account."""

    region: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of the twin's region."""
        return f"arn:{PARTITION}:{service}:{self.region}:{ACCOUNT_ID}:{resource}"

    def named(self, service: str, kind: str, name_or_arn: str) -> str:
        """Return the ARN of `kind` and name, or the ARN that was given in the place of the name."""
        return name_or_arn if name_or_arn.startswith("arn:") else self.arn(service, f"{kind}{name_or_arn}")
