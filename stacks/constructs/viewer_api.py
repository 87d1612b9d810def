"""The HTTP API of the viewers' apps, in a stage that broadcasts."""

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig
from stacks.constructs.access_log import AccessLog

PASS_ROUTE = "/matches/{match_id}/pass"  # noqa: S105  (a path)
INTERACTIONS_ROUTE = "/matches/{match_id}/interactions"
PREFLIGHT_LIFE = Duration.hours(24)
"""Browsers repeat the question after their own, shorter limit."""


class ViewerApi(Construct):
    """Passes for viewers who join a match, and interactions; the routes have throttles of their own."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        issue_pass: lambda_.IFunction,
        accept_interactions: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigw.HttpApi(
            self,
            "Api",
            description="Touchline: passes and interactions of viewers",
            create_default_stage=False,
            # Any origin may ask, because a token in a header permits the request, and there are no cookies.
            cors_preflight=apigw.CorsPreflightOptions(
                allow_origins=["*"],
                allow_methods=[apigw.CorsHttpMethod.POST],
                allow_headers=["authorization", "content-type"],
                max_age=PREFLIGHT_LIFE,
            ),
        )
        routes = [
            route
            for path, function in (
                (PASS_ROUTE, issue_pass),
                (INTERACTIONS_ROUTE, accept_interactions),
            )
            for route in self.api.add_routes(
                path=path,
                methods=[apigw.HttpMethod.POST],
                integration=integrations.HttpLambdaIntegration(path.rpartition("/")[2].title(), function),
            )
        ]
        for route in routes:
            acknowledge(route, "AwsSolutions-APIG4", reason="The function verifies the viewer's token.")
        self.stage = apigw.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            auto_deploy=True,
            throttle=_throttle(config, config.socket_messages_per_second),
        )
        self._throttle_passes(config, routes)
        AccessLog(self, "AccessLog", config=config, stage=self.stage)

    @property
    def url(self) -> str:
        """The URL of the API, to which apps append a path that begins with a slash."""
        return self.api.api_endpoint

    def _throttle_passes(self, config: StageConfig, routes: list[apigw.HttpRoute]) -> None:
        """Let as many join as the stage expects, whatever those who are there report."""
        stage = self.stage.node.default_child
        assert isinstance(stage, apigw.CfnStage)
        limit = _throttle(config, config.delivery.joins_per_second)
        stage.route_settings = {
            f"POST {PASS_ROUTE}": {
                "ThrottlingRateLimit": limit.rate_limit,
                "ThrottlingBurstLimit": limit.burst_limit,
            }
        }
        for route in routes:
            self.stage.node.add_dependency(route)


def _throttle(config: StageConfig, requests_per_second: int) -> apigw.ThrottleSettings:
    return apigw.ThrottleSettings(
        rate_limit=requests_per_second, burst_limit=min(requests_per_second, config.gateway.burst)
    )
