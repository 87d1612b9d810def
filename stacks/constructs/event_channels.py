"""The channels on which audiences are told: an Event API of AWS AppSync."""

from aws_cdk import Duration
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from domain.channel import CHANNEL_NAMESPACE
from stacks.config import StageConfig
from stacks.constructs.log_group import StageLogGroup
from stacks.metrics import FIVE_MINUTES

LAMBDA, IAM = appsync.AppSyncAuthorizationType.LAMBDA, appsync.AppSyncAuthorizationType.IAM


class EventChannels(Construct):
    """One channel namespace: apps connect and subscribe with a pass, functions publish with their role.

    https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, authorizer: lambda_.IFunction
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = appsync.EventApi(
            self,
            "Api",
            api_name=f"touchline-{config.name}",
            authorization_config=appsync.EventApiAuthConfig(
                auth_providers=[
                    appsync.AppSyncAuthProvider(
                        authorization_type=LAMBDA,
                        # An answer is about one channel, so none may serve for another.
                        lambda_authorizer_config=appsync.AppSyncLambdaAuthorizerConfig(
                            handler=authorizer, results_cache_ttl=Duration.seconds(0)
                        ),
                    ),
                    appsync.AppSyncAuthProvider(authorization_type=IAM),
                ],
                connection_auth_mode_types=[LAMBDA],
                default_subscribe_auth_mode_types=[LAMBDA],
                default_publish_auth_mode_types=[IAM],
            ),
        )
        self.namespace = appsync.ChannelNamespace(
            self, "Namespace", api=self.api, channel_namespace_name=CHANNEL_NAMESPACE
        )
        self._log_errors(config)

    @property
    def events_url(self) -> str:
        """The URL to which events are published, `https://...`."""
        return f"https://{self.api.http_dns}/event"

    @property
    def realtime_origin(self) -> str:
        """The origin that apps connect to, `wss://...`."""
        return f"wss://{self.api.realtime_dns}"

    @property
    def realtime_url(self) -> str:
        """The URL that apps connect to, `wss://...`."""
        return f"{self.realtime_origin}/event/realtime"

    def http_metric(self, name: str) -> cloudwatch.Metric:
        """Return the five-minute sum of a metric of the HTTP endpoint, to which only functions publish.

        https://docs.aws.amazon.com/appsync/latest/eventapi/cw-metrics.html
        """
        return cloudwatch.Metric(
            namespace="AWS/AppSync",
            metric_name=name,
            dimensions_map={"EventAPIId": self.api.api_id},
            statistic="Sum",
            period=FIVE_MINUTES,
        )

    def realtime_metric(self, name: str) -> cloudwatch.Metric:
        """Return the five-minute sum of a metric of the WebSocket endpoint."""
        return cloudwatch.Metric(
            namespace="AWS/AppSync",
            metric_name=name,
            dimensions_map={"EventAPIId": self.api.api_id, "ChannelNamespaceName": CHANNEL_NAMESPACE},
            statistic="Sum",
            period=FIVE_MINUTES,
        )

    def grant_publish(self, function: lambda_.Function) -> None:
        """Let a function publish on every channel of the namespace."""
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["appsync:EventPublish"], resources=[self.namespace.channel_namespace_arn]
            )
        )

    def _log_errors(self, config: StageConfig) -> None:
        """Log failed requests to a group of the stack.

        The CDK's own log configuration would let AppSync create the group, which nobody would delete.
        """
        log_group = StageLogGroup(self, "Log", config=config, name=f"/aws/appsync/apis/{self.api.api_id}")
        role = iam.Role(self, "LogRole", assumed_by=iam.ServicePrincipal("appsync.amazonaws.com"))
        log_group.grant_write(role)
        api = self.api.node.default_child
        assert isinstance(api, appsync.CfnApi)
        api.add_property_override(
            "EventConfig.LogConfig", {"LogLevel": "ERROR", "CloudWatchLogsRoleArn": role.role_arn}
        )
