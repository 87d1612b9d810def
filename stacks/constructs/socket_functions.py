"""The functions of the viewers' WebSocket routes."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import TokenIssuer
from stacks.constructs.keyed_table import DELETE, GET, PUT, QUERY, UPDATE
from stacks.constructs.screen_preparation import ScreenPreparation
from stacks.constructs.viewer_socket import ViewerSocket
from stacks.data_stack import DataStack
from stacks.function_factory import FunctionFactory
from stacks.recommendation import Recommendation


class SocketFunctions(Construct):
    """One function per route, each with the permissions that its route needs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        recommendation: Recommendation,
        preparation: ScreenPreparation,
    ) -> None:
        super().__init__(scope, construct_id)
        config, data = functions.config, functions.data
        self._functions = functions
        self._data = data
        self._shards = {"CONNECTION_SHARDS": str(config.connection_shards)}
        self._experiment = config.experiment.holdout_environment
        issuer = config.token_issuer or _user_pool_issuer(data)
        self.socket = ViewerSocket(
            self,
            "Socket",
            config=config,
            authorizer=self._function(
                "authorize_connection",
                "Verifies the token of a new connection",
                {
                    "TOKEN_ISSUER": issuer.issuer,
                    "TOKEN_AUDIENCE": issuer.audience,
                    "JWKS_URI": issuer.jwks_uri,
                },
            ),
            connect=self._connections("connect", "Stores a new connection", PUT),
            disconnect=self._connections("disconnect", "Deletes a closed connection", QUERY, DELETE),
            default=self._function("default", "Answers messages with an unknown action"),
        )
        self._subscribe(recommendation, preparation)
        self.socket.add_route(
            "unsubscribe",
            self._connections("unsubscribe", "Ends a subscription", DELETE, environment=self._shards),
        )
        self.socket.add_route("ping", self._function("ping", "Answers a ping"))
        self._interact()

    def _subscribe(self, recommendation: Recommendation, preparation: ScreenPreparation) -> None:
        function = self._connections(
            "subscribe",
            "Subscribes a connection to a match and returns the current placements",
            *(GET, PUT, UPDATE),
            environment={
                **self._shards,
                **recommendation.environment,
                "MATCHES_TABLE_NAME": self._data.matches_table.table_name,
            },
        )
        recommendation.grant_use(function)
        preparation.grant_request(function)
        self._data.matches_table.grant(function, QUERY)
        self.socket.add_route("subscribe", function)

    def _interact(self) -> None:
        function = self._connections(
            "interact",
            "Records impressions, clicks and other interactions of a viewer",
            *(GET, PUT, UPDATE),
            environment={
                **self._shards,
                **self._experiment,
                "COMPONENTS_TABLE_NAME": self._data.components_table.table_name,
                "INTERACTIONS_STREAM_NAME": self._data.interactions.stream_name,
            },
        )
        self._data.components_table.grant(function, QUERY)
        self._data.interactions.grant_write(function)
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


def _user_pool_issuer(data: DataStack) -> TokenIssuer:
    pool = data.viewers.pool
    issuer = f"https://cognito-idp.{pool.stack.region}.{pool.stack.url_suffix}/{pool.user_pool_id}"
    return TokenIssuer(
        issuer=issuer,
        audience=data.viewers.client.user_pool_client_id,
        jwks_uri=f"{issuer}/.well-known/jwks.json",
    )
