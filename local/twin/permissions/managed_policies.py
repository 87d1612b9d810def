"""The policies that AWS manages and the templates attach."""

from typing import Any

from local.twin.permissions.errors import UnsupportedPolicyError
from local.twin.permissions.policy import Statement, parse_policy

_ACTIONS: dict[str, list[str]] = {
    "service-role/AWSLambdaBasicExecutionRole": [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ],
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs": [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
        "logs:GetLogEvents",
        "logs:FilterLogEvents",
    ],
}
"""The actions of each policy, which are on every resource."""


def managed_policy(arn: str, role: str) -> list[Statement]:
    """Return the statements of a managed policy of AWS; raises UnsupportedPolicyError for an unknown one."""
    name = arn.partition(":policy/")[2]
    if name not in _ACTIONS:
        raise UnsupportedPolicyError(role, f"the managed policy {arn}")
    document: dict[str, Any] = {
        "Statement": {"Effect": "Allow", "Action": _ACTIONS[name], "Resource": "*"},
    }
    return parse_policy(document, f"{role}/{name.rpartition('/')[2]}")
