"""The WebSocket API of the viewers' apps."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.acknowledgement import acknowledge, acknowledge_wildcards
from stacks.config import StageConfig
from stacks.constructs.access_log import AccessLog

TOKEN_SOURCE = "route.request.header.Sec-WebSocket-Protocol"  # noqa: S105  (the location of the token)


class ViewerSocket(Construct):
    """Routes messages by `$request.body.action`; a Lambda authorizer checks the token on `$connect`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        authorizer: lambda_.IFunction,
        connect: lambda_.IFunction,
        disconnect: lambda_.IFunction,
        default: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigw.WebSocketApi(
            self,
            "Api",
            description="Touchline: viewers and operators",
            route_selection_expression="$request.body.action",
            connect_route_options=apigw.WebSocketRouteOptions(
                integration=integrations.WebSocketLambdaIntegration("Connect", connect),
                authorizer=authorizers.WebSocketLambdaAuthorizer(
                    "Authorizer", authorizer, identity_source=[TOKEN_SOURCE]
                ),
            ),
            disconnect_route_options=apigw.WebSocketRouteOptions(
                integration=integrations.WebSocketLambdaIntegration("Disconnect", disconnect)
            ),
            default_route_options=apigw.WebSocketRouteOptions(
                integration=integrations.WebSocketLambdaIntegration("Fallback", default),
                return_response=True,
            ),
        )
        self.stage = apigw.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self.api,
            stage_name=config.name,
            auto_deploy=True,
            detailed_metrics_enabled=True,
            throttle=apigw.ThrottleSettings(
                rate_limit=config.socket_messages_per_second,
                burst_limit=min(config.socket_messages_per_second, config.gateway.burst),
            ),
        )
        if config.retain_data:
            self._enable_logs(config)
        else:
            acknowledge(
                self.stage,
                "AwsSolutions-APIG1",
                reason="API Gateway writes it with a role of the account, which would outlive the stage.",
            )
        acknowledge(
            self,
            "AwsSolutions-APIG4",
            reason="A WebSocket API supports authorizers on $connect only; it covers the whole connection.",
        )

    def add_route(self, action: str, function: lambda_.IFunction) -> None:
        """Route the messages with this action to a function and return its response to the sender."""
        self.api.add_route(
            action,
            integration=integrations.WebSocketLambdaIntegration(action.capitalize(), function),
            return_response=True,
        )

    @property
    def url(self) -> str:
        """The URL that apps connect to, `wss://...`."""
        return self.stage.url

    @property
    def callback_url(self) -> str:
        """The URL for posts to connections, `https://...`."""
        return self.stage.callback_url

    def grant_post(self, function: lambda_.Function) -> None:
        """Grant a function the right to post to the connections of this API."""
        connections = self.api.stack.format_arn(
            service="execute-api",
            resource=self.api.api_id,
            resource_name=f"{self.stage.stage_name}/POST/@connections/*",
        )
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["execute-api:ManageConnections"], resources=[connections])
        )
        assert function.role
        acknowledge_wildcards(
            function.role, connections, reason="Connection ids are generated when viewers connect."
        )

    def _enable_logs(self, config: StageConfig) -> None:
        # API Gateway writes logs with a role of the account and region; a new account has none.
        role = iam.Role(
            self,
            "LogRole",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(
                    "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
                )
            ],
        )
        acknowledge(
            role,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AmazonAPIGatewayPushToCloudWatchLogs]",
            reason="API Gateway requires the permissions of this policy to accept the role.",
        )
        account = apigateway.CfnAccount(self, "LogAccount", cloud_watch_role_arn=role.role_arn)
        # The account's other APIs may use them too.
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        self.stage.node.add_dependency(account)
        AccessLog(
            self,
            "AccessLog",
            config=config,
            stage=self.stage,
            fields={"connectionId": "$context.connectionId", "eventType": "$context.eventType"},
        )
