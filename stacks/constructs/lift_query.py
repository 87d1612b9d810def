"""The lift of the recommender as a saved query."""

from pathlib import Path

from aws_cdk import aws_athena as athena
from constructs import Construct

from stacks.artifacts import Artifacts
from stacks.constructs.clickstream_catalog import ClickstreamCatalog
from stacks.errors import MissingArtifactError

QUERY = Path("glue_jobs") / "lift.sql"


class LiftQuery(Construct):
    """A query of Athena over interactions and decisions: the served beside the held out, with intervals."""

    def __init__(
        self, scope: Construct, construct_id: str, *, artifacts: Artifacts, catalog: ClickstreamCatalog
    ) -> None:
        super().__init__(scope, construct_id)
        path = artifacts.root / QUERY
        if not path.is_file():
            raise MissingArtifactError(path, "the lift is told by it")
        self.query = athena.CfnNamedQuery(
            self,
            "Query",
            name="touchline-lift",
            description="Engagements per impression of the served and the held out, and the lift, at 95%",
            database=catalog.database.database_name,
            query_string=path.read_text(encoding="utf-8"),
        )
