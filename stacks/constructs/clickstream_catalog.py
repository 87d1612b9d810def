"""The raw clickstream as a table, for whoever asks questions of it."""

from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

COLUMNS = ("viewer_id", "component_id", "type", "slot", "recommendation_id", "version", "occurred_at")
PARTITIONS = ("date", "match_id")


class ClickstreamCatalog(Construct):
    """A Glue database with the interactions by day and match, where Firehose leaves them."""

    def __init__(self, scope: Construct, construct_id: str, *, bucket: s3.IBucket, prefix: str) -> None:
        super().__init__(scope, construct_id)
        self.database = glue.Database(self, "Database", description="Touchline's raw data")
        self.table = glue.S3Table(
            self,
            "Interactions",
            database=self.database,
            description="What viewers did with components, by day and match",
            storage=glue.S3TableStorage.from_bucket(bucket),
            s3_prefix=f"{prefix}/",
            compressed=True,
            columns=[glue.Column(name=name, type=glue.Schema.STRING) for name in COLUMNS],
            partition_keys=[glue.Column(name=name, type=glue.Schema.STRING) for name in PARTITIONS],
            data_format=glue.DataFormat.JSON,
        )
