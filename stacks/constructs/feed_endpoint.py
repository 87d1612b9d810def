"""The HTTP API for feed providers."""

from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig
from stacks.constructs.access_log import AccessLog


class FeedEndpoint(Construct):
    """`POST /feeds/{provider}` and `PUT /matches/{match_id}`, throttled, logged, with signed requests."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, ingest: lambda_.IFunction
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigw.HttpApi(
            self,
            "Api",
            description="Touchline: sports feeds and match announcements",
            create_default_stage=False,
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
                    reason="The function verifies the HMAC signature of the request.",
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
        AccessLog(self, "AccessLog", config=config, stage=self.stage)

    @property
    def url(self) -> str:
        """The URL of the API, to which feed providers append a path."""
        return self.stage.url
