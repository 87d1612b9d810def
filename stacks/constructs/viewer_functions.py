"""The functions behind the HTTP API of the viewers' apps."""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.audience_channels import AudienceChannels
from stacks.constructs.keyed_table import DELETE, GET, GET_MANY, PUT, QUERY, UPDATE
from stacks.constructs.placement_key import PlacementKey
from stacks.constructs.viewer_api import ViewerApi
from stacks.exact_grants import grant_put_records, grant_send
from stacks.function_factory import FunctionFactory
from stacks.token_issuers import token_environment


class ViewerFunctions(Construct):
    """`issue_pass` and `accept_interactions`, which know a viewer by the token of each request."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        audiences: AudienceChannels,
        placement_key: PlacementKey,
        dispatch: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions
        self._config = functions.config
        self._data = functions.data
        self.issue_pass = self._issue_pass(audiences, dispatch)
        self.accept_interactions = self._accept_interactions()
        for function in (self.issue_pass, self.accept_interactions):
            placement_key.grant_use(function)
        self.api = ViewerApi(
            self,
            "Api",
            config=self._config,
            issue_pass=self.issue_pass,
            accept_interactions=self.accept_interactions,
        )

    def _issue_pass(self, audiences: AudienceChannels, dispatch: sqs.IQueue) -> lambda_.Function:
        data, delivery = self._data, self._config.delivery
        function = self._functions.create(
            self,
            "IssuePass",
            module="issue_pass",
            description="Tells an app the channels and documents of its viewer's audience",
            environment={
                **token_environment(self._config, data),
                **self._config.experiment.holdout_environment,
                "CONNECTIONS_TABLE_NAME": data.connections_table.table_name,
                "MATCHES_TABLE_NAME": data.matches_table.table_name,
                "COMPONENTS_TABLE_NAME": data.components_table.table_name,
                "CONSTRAINTS_TABLE_NAME": data.constraints_table.table_name,
                "DISPATCH_QUEUE_URL": dispatch.queue_url,
                "SOCKETS_PER_VIEWER": str(self._config.viewer_limits.sockets),
                "JOINS_PER_SECOND": str(delivery.joins_per_second),
                "IMPRESSION_SHARE": str(delivery.impression_share),
            },
        )
        audiences.let_link(function)
        data.matches_table.grant_rows(function, QUERY)
        for table in (data.components_table, data.constraints_table):
            table.grant_rows(function, QUERY)
        data.connections_table.grant_rows(function, QUERY, UPDATE)
        grant_send(dispatch, function)
        return function

    def _accept_interactions(self) -> lambda_.Function:
        data, delivery = self._data, self._config.delivery
        function = self._functions.create(
            self,
            "AcceptInteractions",
            module="accept_interactions",
            description="Records impressions, clicks and other interactions of a viewer",
            environment={
                **token_environment(self._config, data),
                **self._config.experiment.holdout_environment,
                "CONNECTIONS_TABLE_NAME": data.connections_table.table_name,
                "CONNECTION_SHARDS": str(self._config.connection_shards),
                "MATCHES_TABLE_NAME": data.matches_table.table_name,
                "COMPONENTS_TABLE_NAME": data.components_table.table_name,
                "CONSTRAINTS_TABLE_NAME": data.constraints_table.table_name,
                "INTERACTIONS_STREAM_NAME": data.interactions.stream_name,
                "INTERACTIONS_PER_SECOND": str(self._config.viewer_limits.interactions_per_second),
                "IMPRESSION_SHARE": str(delivery.impression_share),
                "NAMED_VIEWERS": str(delivery.named_viewers),
            },
        )
        data.connections_table.grant_rows(function, GET, GET_MANY, PUT, UPDATE, DELETE)
        data.matches_table.grant_rows(function, GET)
        for table in (data.components_table, data.constraints_table):
            table.grant_rows(function, QUERY)
        grant_put_records(data.interactions, function)
        return function
