"""Addresses of AWS are replaced by the edge's; identifiers are not."""

import pytest

from local.twin.endpoints import Endpoint

EDGE = Endpoint(port=4566)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "https://abc.execute-api.eu-central-1.amazonaws.com/live",
            "http://127.0.0.1:4566/_aws/execute-api/abc/live",
        ),
        (
            "wss://abc.execute-api.eu-central-1.amazonaws.com/live",
            "ws://127.0.0.1:4566/_aws/execute-api/abc/live",
        ),
        (
            "https://abc.appsync-api.eu-central-1.amazonaws.com/event",
            "http://127.0.0.1:4566/_aws/appsync-api/abc/event",
        ),
        (
            "wss://abc.appsync-realtime-api.eu-central-1.amazonaws.com/event/realtime",
            "ws://127.0.0.1:4566/_aws/appsync-realtime-api/abc/event/realtime",
        ),
        ("https://e12.cloudfront.net/audiences/a", "http://127.0.0.1:4566/_aws/cloudfront/e12/audiences/a"),
        (
            "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_p/.well-known/jwks.json",
            "http://127.0.0.1:4566/eu-central-1_p/.well-known/jwks.json",
        ),
        (
            "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_p",
            "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_p",
        ),
    ],
)
def test_an_address_of_aws_is_replaced(value: str, expected: str) -> None:
    assert EDGE.with_local_addresses(value) == expected
