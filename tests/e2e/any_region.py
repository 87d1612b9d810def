"""What a client of each AWS service asks in the tests of credentials and regions."""

from collections.abc import Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.twin.twin import Twin

OTHER_REGIONS = ("us-west-2", "nowhere-1")
"""Regions that the twin is not in; the second one does not exist."""

LISTED: dict[str, tuple[str, dict[str, Any], str]] = {
    "appsync": ("list_apis", {}, "apis"),
    "cloudwatch": ("list_metrics", {}, "Metrics"),
    "cognito-idp": ("list_user_pools", {"MaxResults": 10}, "UserPools"),
    "dynamodb": ("list_tables", {}, "TableNames"),
    "events": ("list_rules", {}, "Rules"),
    "firehose": ("list_delivery_streams", {}, "DeliveryStreamNames"),
    "glue": ("get_jobs", {}, "Jobs"),
    "iam": ("list_roles", {}, "Roles"),
    "kinesis": ("list_streams", {}, "StreamNames"),
    "kinesisanalyticsv2": ("list_applications", {}, "ApplicationSummaries"),
    "kms": ("list_keys", {}, "Keys"),
    "lambda": ("list_functions", {}, "Functions"),
    "personalize": ("list_dataset_groups", {}, "datasetGroups"),
    "s3": ("list_buckets", {}, "Buckets"),
    "scheduler": ("list_schedules", {}, "Schedules"),
    "secretsmanager": ("list_secrets", {}, "SecretList"),
    "sns": ("list_topics", {}, "Topics"),
    "sqs": ("list_queues", {}, "QueueUrls"),
    "ssm": ("describe_parameters", {}, "Parameters"),
    "stepfunctions": ("list_state_machines", {}, "stateMachines"),
    "sts": ("get_caller_identity", {}, "Account"),
}
"""By boto3's name: an operation, its arguments, and the member of the answer that is never empty."""
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "apigatewaymanagementapi": ("get_connection", {"ConnectionId": "L0SM9cOFvHcCIhw="}, "GoneException"),
    "personalize-events": (
        "put_events",
        {
            "trackingId": "nobody",
            "sessionId": "s",
            "eventList": [{"eventType": "click", "sentAt": 0}],
        },
        "InvalidInputException",
    ),
    "personalize-runtime": (
        "get_recommendations",
        {"campaignArn": "arn:aws:personalize:eu-central-1:123456789012:campaign/nobody"},
        "ResourceNotFoundException",
    ),
    "rekognition": ("detect_text", {"Image": {"Bytes": b"no picture"}}, "InvalidImageFormatException"),
    "transcribe": (
        "get_transcription_job",
        {"TranscriptionJobName": "nobody"},
        "BadRequestException",
    ),
}
"""Of services that list nothing of what is deployed: an operation that is refused, and with which error."""
NOT_PLAYED: dict[str, tuple[str, dict[str, Any]]] = {
    "apigatewayv2": ("get_apis", {}),
    "athena": ("list_work_groups", {}),
    "autoscaling": ("describe_auto_scaling_groups", {}),
    "budgets": ("describe_budgets", {"AccountId": "123456789012"}),
    "ce": ("list_cost_allocation_tags", {}),
    "cloudfront": ("list_distributions", {}),
    "comprehend": ("list_endpoints", {}),
    "ec2": ("describe_vpcs", {}),
    "logs": ("describe_log_groups", {}),
    "service-quotas": ("list_service_quotas", {"ServiceCode": "lambda"}),
    "xray": ("get_groups", {}),
}


def dummy_client(twin: Twin, service: str, region: str, **config: Any) -> Any:
    """Return a client with credentials that nobody gave out."""
    return boto3.client(
        service,
        endpoint_url=_address(twin, service),
        region_name=region,
        aws_access_key_id="any",
        aws_secret_access_key="thing",
        config=Config(retries={"total_max_attempts": 1}, **config),
    )


def answers(twin: Twin, service: str, regions: Sequence[str]) -> list[Any]:
    """Return what clients of these regions are answered: what is listed, or the error."""
    return [_answer(dummy_client(twin, service, region), service) for region in regions]


def _answer(client: Any, service: str) -> Any:
    operation, arguments, wanted = {**LISTED, **REFUSED}[service]
    try:
        answer = getattr(client, operation)(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    assert answer.get(wanted), f"{service}: expected some {wanted}, got {answer}"
    return answer[wanted]


def _address(twin: Twin, service: str) -> str:
    if service != "apigatewaymanagementapi":
        return twin.edge_url
    return twin.output("WebSocketUrl").replace("ws", "http", 1)
