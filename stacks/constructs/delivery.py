"""Firehose: from a stream, or from whoever puts records, into a bucket."""

from aws_cdk import Duration, Size
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import StageConfig
from stacks.constructs.acknowledgement import acknowledge, acknowledge_objects
from stacks.constructs.log_group import StageLogGroup

DAY = "date=!{timestamp:yyyy-MM-dd}"
BY_CONSTRUCT = "Firehose writes where its prefixes say, which depend on the records; the bucket is its own."
ERRORS = "!{firehose:error-output-type}/" + DAY + "/"


class MatchPartitionedDelivery(firehose.DeliveryStream):
    """JSON records of a Kinesis stream, gathered in a bucket by day and match."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        source: kinesis.IStream,
        bucket: s3.IBucket,
        prefix: str,
    ) -> None:
        log_group = StageLogGroup(scope, f"{construct_id}Log", config=config)
        super().__init__(
            scope,
            construct_id,
            source=firehose.KinesisStreamSource(source),
            destination=firehose.S3Bucket(
                bucket,
                processors=[
                    firehose.MetadataExtractionProcessor.jq16({"match_id": ".match_id"}),
                    firehose.AppendDelimiterToRecordProcessor(),
                ],
                dynamic_partitioning=firehose.DynamicPartitioningProps(
                    enabled=True, retry_duration=Duration.minutes(5)
                ),
                data_output_prefix=f"{prefix}/{DAY}/match_id=!{{partitionKeyFromQuery:match_id}}/",
                error_output_prefix=f"errors/{prefix}/{ERRORS}",
                buffering_interval=Duration.minutes(1),
                buffering_size=Size.mebibytes(64),
                compression=firehose.Compression.GZIP,
                file_extension=".json.gz",
                logging_config=firehose.EnableLogging(log_group),
            ),
        )
        acknowledge(
            self,
            "AwsSolutions-KDF1",
            reason="A delivery from a Kinesis stream is encrypted by the stream, which is.",
        )
        acknowledge_objects(self, bucket, reason=BY_CONSTRUCT, write=True)


class DirectDelivery(firehose.DeliveryStream):
    """JSON lines as functions put them, gathered in a bucket by day."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, bucket: s3.IBucket, prefix: str
    ) -> None:
        log_group = StageLogGroup(scope, f"{construct_id}Log", config=config)
        super().__init__(
            scope,
            construct_id,
            encryption=firehose.StreamEncryption.aws_owned_key(),
            destination=firehose.S3Bucket(
                bucket,
                data_output_prefix=f"{prefix}/{DAY}/",
                error_output_prefix=f"errors/{prefix}/{ERRORS}",
                buffering_interval=Duration.minutes(1),
                buffering_size=Size.mebibytes(5),
                compression=firehose.Compression.GZIP,
                file_extension=".json.gz",
                logging_config=firehose.EnableLogging(log_group),
            ),
        )
        acknowledge_objects(self, bucket, reason=BY_CONSTRUCT, write=True)
