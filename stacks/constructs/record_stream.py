"""A Kinesis data stream."""

from aws_cdk import Duration
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from stacks.config import StageConfig


class RecordStream(kinesis.Stream):
    """Encrypted; with provisioned shards, or on demand."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        shards: int | None,
        retention_hours: int,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stream_mode=kinesis.StreamMode.ON_DEMAND if shards is None else kinesis.StreamMode.PROVISIONED,
            shard_count=shards,
            retention_period=Duration.hours(retention_hours),
            encryption=kinesis.StreamEncryption.MANAGED,
            removal_policy=config.removal_policy,
        )
