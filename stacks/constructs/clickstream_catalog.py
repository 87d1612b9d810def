"""The clickstream and the decisions as tables: Firehose writes by these schemas, Athena reads by them."""

from collections.abc import Mapping

from aws_cdk import aws_glue as glue
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import StageConfig

TEXT, WHOLE, NUMBER, TRUTH = (
    glue.Schema.STRING,
    glue.Schema.INTEGER,
    glue.Schema.DOUBLE,
    glue.Schema.BOOLEAN,
)
TEXTS = glue.Schema.array(TEXT)
TEXT_BY_NAME = glue.Schema.map(TEXT, TEXT)
PLACEMENTS = glue.Schema.array(
    glue.Schema.struct(
        [
            glue.Column(name="slot", type=TEXT),
            glue.Column(name="component_id", type=TEXT),
            glue.Column(name="rank", type=WHOLE),
            glue.Column(name="propensity", type=NUMBER),
            glue.Column(name="pool", type=TEXTS),
        ]
    )
)
INTERACTIONS = {
    **dict.fromkeys(("interaction_id", "match_id", "viewer_id", "cohort", "session_id", "type"), TEXT),
    **dict.fromkeys(("component_id", "slot"), TEXT),
    "version": WHOLE,
    **dict.fromkeys(("occurred_at", "recommendation_id"), TEXT),
    "value": NUMBER,
    "impression": TEXTS,
    "columns": TEXT_BY_NAME,
    "holdout": TRUTH,
}
DECISIONS = {
    **dict.fromkeys(("decided_at", "match_id"), TEXT),
    "version": WHOLE,
    "moment_id": TEXT,
    "columns": TEXT_BY_NAME,
    **dict.fromkeys(("cohort", "viewer_id"), TEXT),
    "viewers": WHOLE,
    "holdout": TRUTH,
    **dict.fromkeys(("rung", "recommendation_id"), TEXT),
    "candidates": TEXTS,
    "placements": PLACEMENTS,
    "refused": TEXT_BY_NAME,
}
FIRST_DAY = "2025-01-01"


class ClickstreamCatalog(Construct):
    """A Glue database of what viewers did and what was decided for them.

    Days are projected, so that no crawler has to find them. Interactions lie in folders of their match below
    the day; the match is a column of theirs as well.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        raw_bucket: s3.IBucket,
        interactions_prefix: str,
        decisions_bucket: s3.IBucket,
        decisions_prefix: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.database = glue.Database(self, "Database", description="Touchline's raw data")
        # It keeps no data, and has the stage's name: left behind, it would be in the next deployment's way.
        self.database.apply_removal_policy(config.removal_policy)
        self.interactions = self._table(
            "Interactions",
            description="What viewers did with components",
            bucket=raw_bucket,
            prefix=interactions_prefix,
            columns=INTERACTIONS,
        )
        self.decisions = self._table(
            "Decisions",
            description="What groups of viewers were shown, why, and by what chance",
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
            partition_keys=[glue.Column(name="date", type=TEXT)],
            data_format=glue.DataFormat.PARQUET,
            parameters={
                "projection.enabled": "true",
                "projection.date.type": "date",
                "projection.date.format": "yyyy-MM-dd",
                "projection.date.range": f"{FIRST_DAY},NOW",
                "storage.location.template": bucket.s3_url_for_object(f"{prefix}/date=${{date}}/"),
            },
        )


def parquet_by(table: glue.S3Table) -> firehose.DataFormatConversionProps:
    """Records of JSON as Parquet with the columns of a table; keys keep their case."""
    resource = table.node.default_child
    assert isinstance(resource, glue.CfnTable)
    return firehose.DataFormatConversionProps(
        schema_configuration=firehose.SchemaConfiguration.from_cfn_table(resource),
        input_format=firehose.OpenXJsonInputFormat(lowercase_column_names=False),
        output_format=firehose.OutputFormat.PARQUET,
    )
