"""A Firehose delivery stream that writes Parquet files."""

from aws_cdk import Duration, Size
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.acknowledgement import ANY_RESOURCE, acknowledge, acknowledge_objects
from stacks.config import StageConfig
from stacks.constructs.log_group import StageLogGroup
from stacks.object_prefixes import ERRORS

DAY = "date=!{timestamp:yyyy-MM-dd}"
MATCH = "match_id=!{partitionKeyFromQuery:match_id}"
ERROR_TYPE = "!{firehose:error-output-type}"
MIN_BUFFER = Size.mebibytes(64)
"""The minimum of Firehose where it converts the format or partitions dynamically."""


class ParquetDeliveryStream(firehose.DeliveryStream):
    """Writes JSON records to `<prefix>/` by the day they arrive, with the columns of a Glue table.

    The records of a Kinesis stream are also partitioned by their match; without a stream, functions put the
    records. Records that are not JSON, name no match or do not fit the columns go to `errors/<prefix>/`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        bucket: s3.IBucket,
        prefix: str,
        table: glue.S3Table,
        stream: kinesis.IStream | None = None,
    ) -> None:
        log_group = StageLogGroup(scope, f"{construct_id}Log", config=config)
        super().__init__(
            scope,
            construct_id,
            source=firehose.KinesisStreamSource(stream) if stream else None,
            encryption=None if stream else firehose.StreamEncryption.aws_owned_key(),
            destination=firehose.S3Bucket(
                bucket,
                processors=[firehose.MetadataExtractionProcessor.jq16({"match_id": ".match_id"})]
                if stream
                else None,
                dynamic_partitioning=firehose.DynamicPartitioningProps(
                    enabled=True, retry_duration=Duration.minutes(5)
                )
                if stream
                else None,
                data_format_conversion=_parquet(table),
                data_output_prefix=f"{prefix}/{DAY}/{MATCH}/" if stream else f"{prefix}/{DAY}/",
                error_output_prefix=f"{ERRORS}/{prefix}/{ERROR_TYPE}/{DAY}/",
                buffering_interval=Duration.minutes(1),
                buffering_size=MIN_BUFFER,
                file_extension=".parquet",
                logging_config=firehose.EnableLogging(log_group),
            ),
        )
        if stream:
            acknowledge(self, "AwsSolutions-KDF1", reason="The Kinesis stream encrypts the records.")
        acknowledge_objects(
            self, bucket, reason="Firehose composes the keys of its objects from the records.", write=True
        )
        acknowledge(
            self,
            ANY_RESOURCE,
            reason="The CDK grants glue:GetSchemaVersion, which does not support resource-level permissions.",
        )


def _parquet(table: glue.S3Table) -> firehose.DataFormatConversionProps:
    resource = table.node.default_child
    assert isinstance(resource, glue.CfnTable)
    return firehose.DataFormatConversionProps(
        schema_configuration=firehose.SchemaConfiguration.from_cfn_table(resource),
        # The names of context columns are upper case and must stay so.
        input_format=firehose.OpenXJsonInputFormat(lowercase_column_names=False),
        output_format=firehose.OutputFormat.PARQUET,
    )
