"""The lift of the recommender as a saved Athena query."""

from pathlib import Path

from aws_cdk import aws_athena as athena
from constructs import Construct

from stacks.artifacts import Artifacts
from stacks.constructs.clickstream_catalog import ClickstreamCatalog
from stacks.errors import MissingArtifactError

QUERY = Path("glue_jobs") / "lift.sql"


class LiftQuery(Construct):
    """Compares the engagement of viewers with the recommender and of the holdout group."""

    def __init__(
        self, scope: Construct, construct_id: str, *, artifacts: Artifacts, catalog: ClickstreamCatalog
    ) -> None:
        super().__init__(scope, construct_id)
        path = artifacts.root / QUERY
        if not path.is_file():
            raise MissingArtifactError(path, "it holds the query of the lift")
        self.query = athena.CfnNamedQuery(
            self,
            "Query",
            name="touchline-lift",
            description="Engagement rate with and without the recommender, and the lift, with 95% intervals",
            database=catalog.database.database_name,
            query_string=path.read_text(encoding="utf-8"),
        )
