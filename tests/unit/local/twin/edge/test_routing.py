"""The edge routes a request by its signature."""

import pytest

from local.twin.edge.routing import fake_authorization, service_of

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-central-1/{}/aws4_request, SignedHeaders=host, Signature=0"
)


@pytest.mark.parametrize(
    ("headers", "query_string", "service"),
    [
        ({"Authorization": SIGNED.format("dynamodb")}, "", "dynamodb"),
        ({"Authorization": fake_authorization("sqs", "eu-central-1")}, "", "sqs"),
        ({}, "X-Amz-Credential=AKID%2F20261124%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=1", "s3"),
        ({"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"}, "", "cognito-idp"),
        ({"Authorization": "Bearer token"}, "", None),
        ({}, "", None),
    ],
)
def test_the_credential_scope_names_the_service(
    headers: dict[str, str], query_string: str, service: str | None
) -> None:
    assert service_of(headers, query_string) == service
