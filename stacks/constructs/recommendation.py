"""What a function needs in order to choose components: the campaign, the catalogue and the constraints."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from stacks.config import StageConfig
from stacks.constructs.keyed_table import DELETE, GET_MANY, PUT, QUERY, UPDATE
from stacks.data_stack import DataStack
from stacks.names import campaign_arn


class Recommendation:
    """The environment and the grants of the functions that choose; the campaign need not exist yet."""

    def __init__(self, stack: Stack, *, config: StageConfig, data: DataStack) -> None:
        self._data = data
        self.campaign_arn = campaign_arn(stack, config)
        self.environment = {
            "COMPONENTS_TABLE_NAME": data.components_table.table_name,
            "CONSTRAINTS_TABLE_NAME": data.constraints_table.table_name,
            "CAMPAIGN_ARN": self.campaign_arn,
            "CAMPAIGN_TRANSACTIONS_PER_SECOND": str(config.personalize.match_transactions_per_second),
            "RECOMMENDATION_MODE": config.personalize.mode.value,
            **config.experiment.environment,
        }

    def grant_use(self, function: lambda_.Function) -> None:
        """Let a function ask this campaign, and read catalogue and constraints.

        What was recommended, and the transactions that were taken, are rows beside the connections.
        """
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["personalize:GetRecommendations"], resources=[self.campaign_arn])
        )
        for table in (self._data.components_table, self._data.constraints_table):
            table.grant(function, QUERY)
        self._data.connections_table.grant(function, GET_MANY, PUT, UPDATE, DELETE)
