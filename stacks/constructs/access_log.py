"""The access log of an API stage."""

import json
from collections.abc import Mapping

from aws_cdk import aws_apigatewayv2 as apigw
from constructs import Construct, IConstruct

from stacks.config import StageConfig
from stacks.constructs.log_group import StageLogGroup

COMMON_FIELDS = {
    "requestId": "$context.requestId",
    "ip": "$context.identity.sourceIp",
    "requestTime": "$context.requestTime",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "error": "$context.integrationErrorMessage",
}


class AccessLog(StageLogGroup):
    """One JSON object per request: the common fields and further variables of API Gateway's `$context`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        stage: IConstruct,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, construct_id, config=config)
        cfn_stage = stage.node.default_child
        assert isinstance(cfn_stage, apigw.CfnStage)
        cfn_stage.access_log_settings = apigw.CfnStage.AccessLogSettingsProperty(
            destination_arn=self.log_group_arn, format=json.dumps({**COMMON_FIELDS, **(fields or {})})
        )
