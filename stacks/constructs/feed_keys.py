"""The keys with which feed providers sign what they post."""

from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig


class FeedKeys(secretsmanager.Secret):
    """One key per provider as JSON; `default` is made at deployment, the others are added beside it."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Keys by which feed providers sign their posts, by provider",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template="{}",  # noqa: S106  (the template in which the key is generated)
                generate_string_key="default",
                password_length=48,
                exclude_punctuation=True,
            ),
            removal_policy=config.removal_policy,
        )
        acknowledge(
            self,
            "AwsSolutions-SMG4",
            reason="A feed's key is rotated together with its provider, who holds the other half of it.",
        )
