"""A Kinesis data stream."""

from aws_cdk import Duration
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from stacks.config import StageConfig


class RecordStream(kinesis.Stream):
    """Encrypted; with the shards that the stage provisions, or on demand."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        on_demand = config.stream_shards is None
        super().__init__(
            scope,
            construct_id,
            stream_mode=kinesis.StreamMode.ON_DEMAND if on_demand else kinesis.StreamMode.PROVISIONED,
            shard_count=config.stream_shards,
            retention_period=Duration.hours(config.stream_retention_hours),
            encryption=kinesis.StreamEncryption.MANAGED,
            removal_policy=config.removal_policy,
        )
