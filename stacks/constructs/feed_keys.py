"""The keys with which feed providers sign their requests."""

from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig


class FeedKeys(secretsmanager.Secret):
    """A JSON object with the key of each provider, or a list of two keys while one replaces the other.

    `default` is generated, operators add the others.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Signing keys of the feed providers, by provider",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template="{}",  # noqa: S106  (a template, not a secret)
                generate_string_key="default",
                password_length=48,
                exclude_punctuation=True,
            ),
            removal_policy=config.removal_policy,
        )
        acknowledge(
            self,
            "AwsSolutions-SMG4",
            reason="Keys are shared with the providers and must be rotated together with them.",
        )
