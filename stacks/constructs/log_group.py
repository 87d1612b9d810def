"""A log group with the retention of the stage."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.config import StageConfig


class StageLogGroup(logs.LogGroup):
    """A log group that the stack creates, so that its retention applies from the first log line."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        key: kms.IKey | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            log_group_name=name,
            encryption_key=key,
            retention=config.log_retention,
            removal_policy=config.removal_policy,
        )
