"""ClientStack: the viewers' web app."""

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.artifacts import Artifacts
from stacks.config import StageConfig
from stacks.constructs.web_app import WebApp
from stacks.data_stack import DataStack


class ClientStack(Stack):
    """The web app on S3 and CloudFront, configured with the WebSocket API and the user pool."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        stack_name: str,
        artifacts: Artifacts,
        data: DataStack,
        socket_url: str,
    ) -> None:
        super().__init__(
            scope, construct_id, stack_name=stack_name, description="Touchline: the viewers' web app"
        )
        app = WebApp(
            self,
            "App",
            config=config,
            client=artifacts.client,
            access_logs=data.access_logs_bucket,
            socket_url=socket_url,
            catalogue=artifacts.root / "catalogue" / "components.json",
            settings={
                "webSocketUrl": socket_url,
                "signIn": {
                    "kind": "cognito",
                    "region": self.region,
                    "userPoolId": data.viewers.pool.user_pool_id,
                    "userPoolClientId": data.viewers.client.user_pool_client_id,
                },
            },
        )
        CfnOutput(self, "AppUrl", value=app.url)
