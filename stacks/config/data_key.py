"""The customer-managed KMS key of a stage's stores."""

from dataclasses import dataclass
from typing import Annotated

from stacks.config.checks import Matches, check_fields

KEY_ARN = Matches(r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/[\w-]+", "arn:aws:kms:REGION:ACCOUNT:key/ID")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """An existing key, or a key of the stage's own."""

    arn: Annotated[str, KEY_ARN] | None = None
    """The ARN of an existing key, whose policy must allow what docs/deploy.md says; None creates a key."""

    def __post_init__(self) -> None:
        check_fields(self, "data_key")
