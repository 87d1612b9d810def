"""The Glue database of interactions and decisions."""

from collections.abc import Mapping

from aws_cdk import RemovalPolicy
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.clickstream_schema import DECISIONS, INTERACTIONS, STRING

FIRST_DAY = "2025-01-01"


class ClickstreamCatalog(Construct):
    """The schemas with which Firehose writes Parquet files and Athena reads them.

    Partition projection computes the days, so no crawler runs. Below a day, interactions have one folder per
    match; the match is a column, not a partition key.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        raw_bucket: s3.IBucket,
        interactions_prefix: str,
        decisions_bucket: s3.IBucket,
        decisions_prefix: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.database = glue.Database(self, "Database", description="Raw data of Touchline")
        # The database holds no data, and retained it would collide with that of the next deployment.
        self.database.apply_removal_policy(RemovalPolicy.DESTROY)
        self.interactions = self._table(
            "Interactions",
            description="Interactions of viewers with components",
            bucket=raw_bucket,
            prefix=interactions_prefix,
            columns=INTERACTIONS,
        )
        self.decisions = self._table(
            "Decisions",
            description="Placements per group of viewers, with candidates, reasons and propensities",
            bucket=decisions_bucket,
            prefix=decisions_prefix,
            columns=DECISIONS,
        )

    def _table(
        self,
        name: str,
        *,
        description: str,
        bucket: s3.IBucket,
        prefix: str,
        columns: Mapping[str, glue.Type],
    ) -> glue.S3Table:
        return glue.S3Table(
            self,
            name,
            database=self.database,
            table_name=name.lower(),
            description=description,
            storage=glue.S3TableStorage.from_bucket(bucket),
            s3_prefix=f"{prefix}/",
            columns=[glue.Column(name=column, type=kind) for column, kind in columns.items()],
            partition_keys=[glue.Column(name="date", type=STRING)],
            data_format=glue.DataFormat.PARQUET,
            parameters={
                "projection.enabled": "true",
                "projection.date.type": "date",
                "projection.date.format": "yyyy-MM-dd",
                "projection.date.range": f"{FIRST_DAY},NOW",
                "storage.location.template": bucket.s3_url_for_object(f"{prefix}/date=${{date}}/"),
            },
        )
