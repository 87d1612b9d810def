"""The HTTP endpoint that feed providers post to."""

from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig
from stacks.constructs.access_log import log_access
from stacks.constructs.log_group import StageLogGroup


class FeedEndpoint(Construct):
    """`POST /feeds/{provider}` and `PUT /matches/{match_id}`, throttled and logged; the body is signed."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, ingest: lambda_.IFunction
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigw.HttpApi(
            self, "Api", description="Touchline: feeds come in here", create_default_stage=False
        )
        integration = integrations.HttpLambdaIntegration("Ingest", ingest)
        for path, method in (
            ("/feeds/{provider}", apigw.HttpMethod.POST),
            ("/matches/{match_id}", apigw.HttpMethod.PUT),
        ):
            for route in self.api.add_routes(path=path, methods=[method], integration=integration):
                acknowledge(
                    route,
                    "AwsSolutions-APIG4",
                    reason="The function checks the provider's HMAC signature of the body.",
                )
        self.stage = apigw.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            auto_deploy=True,
            throttle=apigw.ThrottleSettings(
                rate_limit=config.feed_requests_per_second, burst_limit=2 * config.feed_requests_per_second
            ),
        )
        log_access(self.stage, StageLogGroup(self, "AccessLog", config=config))

    @property
    def url(self) -> str:
        """Where providers post to."""
        return self.stage.url
