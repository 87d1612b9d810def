"""Environment and grants of functions that choose components."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from stacks.config import StageConfig
from stacks.constructs.keyed_table import GET_MANY, PUT_MANY, QUERY, UPDATE
from stacks.data_stack import DataStack
from stacks.names import campaign_arn


class Recommendation:
    """The campaign, the catalogue and the constraints; the campaign need not exist yet."""

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
            **config.personalize.context_environment,
        }

    def grant_use(self, function: lambda_.Function) -> None:
        """Grant a function to call the campaign, and to read the catalogue and the constraints.

        Cached recommendations and the rate budget are rows of the connections table.
        """
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["personalize:GetRecommendations"], resources=[self.campaign_arn])
        )
        for table in (self._data.components_table, self._data.constraints_table):
            table.grant(function, QUERY)
        self._data.connections_table.grant(function, GET_MANY, PUT_MANY, UPDATE)
