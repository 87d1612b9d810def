"""ClientStack: the viewers' web app and the control room, on an origin each."""

from typing import Any

from aws_cdk import CfnOutput, Fn
from aws_cdk import aws_s3 as s3
from constructs import Construct

from domain.content_policy import FRAME_PAGE, app_policy, control_room_policy, frame_policy
from stacks.audience_endpoints import AudienceEndpoints
from stacks.catalogue_origins import catalogue_origins
from stacks.constructs.operator_pool import OperatorPool
from stacks.constructs.viewer_pool import ViewerPool
from stacks.constructs.web_app import WebApp
from stacks.stage_inputs import StageInputs
from stacks.touchline_stack import TouchlineStack

UPLOADED_FILES = ("switches.json", "matches/*")
"""Files that operators upload: the kill switch and the programme files of matches."""


class ClientStack(TouchlineStack):
    """The web pages on S3 and CloudFront, configured with the WebSocket API and their own user pools."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        viewers: ViewerPool,
        operators: OperatorPool,
        access_logs: s3.IBucket,
        socket_url: str,
        audiences: AudienceEndpoints | None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            config=stage.config,
            part="client",
            description="the viewers' web app and the control room",
        )
        # A source of a policy is scheme and host, without the path: wss://host/stage splits into 4 parts.
        socket_origin = Fn.join("", ["wss://", Fn.select(2, Fn.split("/", socket_url, 4))])
        sign_in_origin = f"https://cognito-idp.{self.region}.{self.url_suffix}"
        partners = catalogue_origins(stage.artifacts.root / "catalogue" / "components.json")
        app = WebApp(
            self,
            "App",
            config=stage.config,
            name="app",
            build=stage.artifacts.client,
            access_logs=access_logs,
            policy=app_policy(
                script_origins=partners.trusted,
                connect_origins=(
                    *(audiences.connect_origins if audiences else (socket_origin,)),
                    sign_in_origin,
                    *partners.framed,
                ),
                media_origins=stage.config.video_origins,
            ),
            framed_pages={FRAME_PAGE: frame_policy()},
            uploaded_files=UPLOADED_FILES,
            settings={
                "webSocketUrl": socket_url,
                "signIn": self._sign_in(viewers),
                **({"delivery": audiences.app_settings} if audiences else {}),
            },
        )
        control_room = WebApp(
            self,
            "ControlRoom",
            config=stage.config,
            name="control-room",
            build=stage.artifacts.control_room,
            access_logs=access_logs,
            policy=control_room_policy(connect_origins=(socket_origin, sign_in_origin)),
            settings={"webSocketUrl": socket_url, "signIn": self._sign_in(operators)},
        )
        CfnOutput(self, "AppUrl", value=app.url)
        CfnOutput(self, "SiteBucketName", value=app.bucket.bucket_name)
        CfnOutput(self, "ControlRoomUrl", value=control_room.url)

    def _sign_in(self, people: ViewerPool | OperatorPool) -> dict[str, Any]:
        return {
            "kind": "cognito",
            "region": self.region,
            "userPoolId": people.pool.user_pool_id,
            "userPoolClientId": people.client.user_pool_client_id,
        }
