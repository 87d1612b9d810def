"""What an API writes to its access log: one JSON object per request."""

import json

from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_logs as logs
from constructs import IConstruct

COMMON = {
    "requestId": "$context.requestId",
    "ip": "$context.identity.sourceIp",
    "requestTime": "$context.requestTime",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "error": "$context.integrationErrorMessage",
}


def log_access(stage: IConstruct, log_group: logs.ILogGroup, **fields: str) -> None:
    """Let a stage of an API write its requests to the log group, with further fields of the context."""
    cfn_stage = stage.node.default_child
    assert isinstance(cfn_stage, apigw.CfnStage)
    cfn_stage.access_log_settings = apigw.CfnStage.AccessLogSettingsProperty(
        destination_arn=log_group.log_group_arn, format=json.dumps({**COMMON, **fields})
    )
