"""ClientStack: the viewers' web app."""

from aws_cdk import CfnOutput
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.viewer_pool import ViewerPool
from stacks.constructs.web_app import WebApp
from stacks.stage_inputs import StageInputs
from stacks.touchline_stack import TouchlineStack


class ClientStack(TouchlineStack):
    """The web app on S3 and CloudFront, configured with the WebSocket API and the user pool."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        viewers: ViewerPool,
        access_logs: s3.IBucket,
        socket_url: str,
    ) -> None:
        super().__init__(
            scope, construct_id, config=stage.config, part="client", description="the viewers' web app"
        )
        app = WebApp(
            self,
            "App",
            config=stage.config,
            client=stage.artifacts.client,
            access_logs=access_logs,
            socket_url=socket_url,
            catalogue=stage.artifacts.root / "catalogue" / "components.json",
            settings={
                "webSocketUrl": socket_url,
                "signIn": {
                    "kind": "cognito",
                    "region": self.region,
                    "userPoolId": viewers.pool.user_pool_id,
                    "userPoolClientId": viewers.client.user_pool_client_id,
                },
            },
        )
        CfnOutput(self, "AppUrl", value=app.url)
