"""The functions of the viewers' WebSocket routes."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import ViewerLimits
from stacks.constructs.keyed_table import DELETE, GET, PUT, QUERY, UPDATE
from stacks.constructs.placement_key import PlacementKey
from stacks.constructs.screen_preparation import ScreenPreparation
from stacks.constructs.viewer_socket import ViewerSocket
from stacks.exact_grants import grant_put_records
from stacks.function_factory import FunctionFactory
from stacks.recommendation import Recommendation
from stacks.token_issuers import token_environment


class SocketFunctions(Construct):
    """One function per route, each with the permissions that its route needs.

    In a stage that broadcasts only operators connect, so the routes of viewers are left out.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        recommendation: Recommendation,
        preparation: ScreenPreparation,
        placement_key: PlacementKey,
    ) -> None:
        super().__init__(scope, construct_id)
        config, data = functions.config, functions.data
        self._functions = functions
        self._data = data
        self._shards = {"CONNECTION_SHARDS": str(config.connection_shards)}
        self._experiment = config.experiment.holdout_environment
        self.socket = ViewerSocket(
            self,
            "Socket",
            config=config,
            authorizer=self._function(
                "authorize_connection",
                "Verifies the token of a new connection",
                token_environment(config, data),
            ),
            connect=self._connections(
                "connect",
                "Stores a new connection",
                *(GET, PUT, UPDATE),
                environment={"SOCKETS_PER_VIEWER": str(config.viewer_limits.sockets)},
            ),
            disconnect=self._connections(
                "disconnect", "Deletes a closed connection", GET, QUERY, UPDATE, DELETE
            ),
            default=self._function("default", "Answers messages with an unknown action"),
        )
        self.socket.add_route("ping", self._function("ping", "Answers a ping"))
        if not config.delivery.is_broadcast:
            self._subscribe(recommendation, preparation, placement_key)
            self._unsubscribe()
            self._interact(config.viewer_limits, placement_key)

    def _unsubscribe(self) -> None:
        function = self._connections(
            "unsubscribe", "Ends a subscription", GET, UPDATE, environment=self._shards
        )
        self.socket.add_route("unsubscribe", function)

    def _subscribe(
        self, recommendation: Recommendation, preparation: ScreenPreparation, placement_key: PlacementKey
    ) -> None:
        function = self._connections(
            "subscribe",
            "Subscribes a connection to a match and returns the current placements",
            *(GET, UPDATE),
            environment={
                **self._shards,
                **recommendation.environment,
                "MATCHES_TABLE_NAME": self._data.matches_table.table_name,
            },
        )
        recommendation.grant_use(function)
        preparation.grant_request(function)
        placement_key.grant_use(function)
        self._data.matches_table.grant(function, GET, QUERY)
        self.socket.add_route("subscribe", function)

    def _interact(self, limits: ViewerLimits, placement_key: PlacementKey) -> None:
        function = self._connections(
            "interact",
            "Records impressions, clicks and other interactions of a viewer",
            *(GET, UPDATE),
            environment={
                **self._shards,
                **self._experiment,
                "COMPONENTS_TABLE_NAME": self._data.components_table.table_name,
                "INTERACTIONS_STREAM_NAME": self._data.interactions.stream_name,
                "INTERACTIONS_PER_SECOND": str(limits.interactions_per_second),
            },
        )
        placement_key.grant_use(function)
        self._data.components_table.grant(function, QUERY)
        grant_put_records(self._data.interactions, function)
        self.socket.add_route("interact", function)

    def _connections(
        self, module: str, description: str, *actions: str, environment: dict[str, str] | None = None
    ) -> lambda_.Function:
        """Return a function with these permissions on the connections table."""
        table = self._data.connections_table
        function = self._function(
            module, description, {"CONNECTIONS_TABLE_NAME": table.table_name, **(environment or {})}
        )
        table.grant(function, *actions)
        return function

    def _function(
        self, module: str, description: str, environment: dict[str, str] | None = None
    ) -> lambda_.Function:
        return self._functions.create(
            self,
            # The suffix keeps "Default" in the logical id, from which the CDK drops an id of that name.
            "".join(word.capitalize() for word in module.split("_")) + "Function",
            module=module,
            description=description,
            environment=environment,
        )
