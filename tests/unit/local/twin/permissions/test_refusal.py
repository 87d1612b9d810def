"""A refusal is answered as each service answers it, which boto3 reads as a ClientError."""

import json
from typing import Any

import pytest
from botocore.parsers import create_parser
from botocore.session import get_session

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access
from local.twin.permissions.caller import RoleSession
from local.twin.permissions.refusal import Refusal

REFUSAL = Refusal(
    caller=RoleSession(role_arn="arn:aws:iam::123456789012:role/path/reader"),
    access=Access(action="s3:GetObject", resource="arn:aws:s3:::raw/a&b"),
    reason="because no identity-based policy allows the s3:GetObject action",
)


@pytest.mark.parametrize(
    ("service", "operation", "target", "status", "code"),
    [
        ("s3", "GetObject", "", 403, "AccessDenied"),
        ("sns", "Publish", "", 403, "AuthorizationError"),
        ("sqs", "SendMessage", "AmazonSQS.SendMessage", 403, "AccessDenied"),
        ("dynamodb", "GetItem", "DynamoDB_20120810.GetItem", 400, "AccessDeniedException"),
        ("kinesis", "PutRecords", "Kinesis_20131202.PutRecords", 400, "AccessDeniedException"),
        ("lambda", "Invoke", "", 403, "AccessDeniedException"),
        ("apigatewaymanagementapi", "PostToConnection", "", 403, "AccessDeniedException"),
        ("personalize-runtime", "GetRecommendations", "", 403, "AccessDeniedException"),
    ],
)
def test_a_client_of_each_protocol_reads_the_code_and_the_message(
    service: str, operation: str, target: str, status: int, code: str
) -> None:
    model = get_session().get_service_model(service)
    signed_as = {"apigatewaymanagementapi": "execute-api", "personalize-runtime": "personalize"}
    request = ServiceRequest(
        service=signed_as.get(service, service),
        method="POST",
        path="/",
        query_string="",
        headers={"X-Amz-Target": target} if target else {},
        body=b"",
    )

    answer = REFUSAL.answer(request)

    response: dict[str, Any] = {
        "headers": {name.lower(): value for name, value in answer.headers.items()},
        "status_code": answer.status,
        "body": answer.body,
        "context": {"operation_name": operation},
    }
    shape: Any = model.operation_model(operation).output_shape
    error = create_parser(model.resolved_protocol).parse(response, shape)["Error"]
    assert (answer.status, error["Code"]) == (status, code)
    assert error["Message"] == (
        "User: arn:aws:sts::123456789012:assumed-role/reader/touchline is not authorized to perform: "
        "s3:GetObject on resource: arn:aws:s3:::raw/a&b because no identity-based policy allows the "
        "s3:GetObject action"
    )


def test_a_publisher_reads_the_refusal_in_the_list_of_errors() -> None:
    request = ServiceRequest(
        service="appsync", method="POST", path="/event", query_string="", headers={}, body=b""
    )
    answer = REFUSAL.answer(request)
    (error,) = json.loads(answer.body)["errors"]
    assert (answer.status, error["errorType"]) == (403, "AccessDeniedException")
    assert error["message"] == REFUSAL.message
