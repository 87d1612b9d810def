"""Firehose: from a stream, or from whoever puts records, into a bucket."""

from aws_cdk import Duration, Size
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.acknowledgement import acknowledge, acknowledge_objects
from stacks.config import StageConfig
from stacks.constructs.clickstream_catalog import parquet_by
from stacks.constructs.log_group import StageLogGroup

DAY = "date=!{timestamp:yyyy-MM-dd}"
BY_CONSTRUCT = "Firehose writes where its prefixes say, which depend on the records; the bucket is its own."
ERRORS = "!{firehose:error-output-type}/" + DAY + "/"
LEAST_BUFFER = Size.mebibytes(64)
"""What Firehose asks for where it converts records or partitions them by what they say."""


class MatchPartitionedDelivery(firehose.DeliveryStream):
    """Records of a Kinesis stream, gathered as Parquet in a bucket by the day they arrive and by match.

    What is no JSON, says no match or does not fit the table's columns goes to `errors/`, with the reason.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        source: kinesis.IStream,
        bucket: s3.IBucket,
        prefix: str,
        table: glue.S3Table,
    ) -> None:
        log_group = StageLogGroup(scope, f"{construct_id}Log", config=config)
        super().__init__(
            scope,
            construct_id,
            source=firehose.KinesisStreamSource(source),
            destination=firehose.S3Bucket(
                bucket,
                processors=[firehose.MetadataExtractionProcessor.jq16({"match_id": ".match_id"})],
                dynamic_partitioning=firehose.DynamicPartitioningProps(
                    enabled=True, retry_duration=Duration.minutes(5)
                ),
                data_format_conversion=parquet_by(table),
                data_output_prefix=f"{prefix}/{DAY}/match_id=!{{partitionKeyFromQuery:match_id}}/",
                error_output_prefix=f"errors/{prefix}/{ERRORS}",
                buffering_interval=Duration.minutes(1),
                buffering_size=LEAST_BUFFER,
                file_extension=".parquet",
                logging_config=firehose.EnableLogging(log_group),
            ),
        )
        acknowledge(
            self,
            "AwsSolutions-KDF1",
            reason="A delivery from a Kinesis stream is encrypted by the stream, which is.",
        )
        _acknowledge(self, bucket)


class DirectDelivery(firehose.DeliveryStream):
    """Records as functions put them, gathered as Parquet in a bucket by the day they arrive."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        bucket: s3.IBucket,
        prefix: str,
        table: glue.S3Table,
    ) -> None:
        log_group = StageLogGroup(scope, f"{construct_id}Log", config=config)
        super().__init__(
            scope,
            construct_id,
            encryption=firehose.StreamEncryption.aws_owned_key(),
            destination=firehose.S3Bucket(
                bucket,
                data_format_conversion=parquet_by(table),
                data_output_prefix=f"{prefix}/{DAY}/",
                error_output_prefix=f"errors/{prefix}/{ERRORS}",
                buffering_interval=Duration.minutes(1),
                buffering_size=LEAST_BUFFER,
                file_extension=".parquet",
                logging_config=firehose.EnableLogging(log_group),
            ),
        )
        _acknowledge(self, bucket)


def _acknowledge(stream: firehose.DeliveryStream, bucket: s3.IBucket) -> None:
    acknowledge_objects(stream, bucket, reason=BY_CONSTRUCT, write=True)
    acknowledge(
        stream,
        "AwsSolutions-IAM5[Resource::*]",
        reason="The CDK grants glue:GetSchemaVersion beside the table, and that action is asked of *.",
    )
