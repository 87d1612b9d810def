"""Who is an operator is asked again every few seconds, and an outage of Cognito locks nobody out at once."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from lambdas.adapters.cognito_operators import BELIEVED_SECONDS, OUTAGE_SECONDS, CognitoOperators
from tests.support import aws


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def cognito() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client(
            "cognito-idp", aws.REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
        )


@pytest.fixture
def pool_id(cognito: Any) -> str:
    """A pool with Olga in the group, and Jan outside of it."""
    pool: str = cognito.create_user_pool(PoolName="operators")["UserPool"]["Id"]
    cognito.create_group(UserPoolId=pool, GroupName="operators")
    for username in ("olga", "jan"):
        cognito.admin_create_user(UserPoolId=pool, Username=username)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="olga", GroupName="operators")
    return pool


def test_members_of_the_group_are_operators(cognito: Any, pool_id: str) -> None:
    operators = CognitoOperators(cognito, pool_id, Clock())
    assert operators.includes("olga")
    assert not operators.includes("jan")
    assert not operators.includes("nobody")


@pytest.mark.parametrize("end", ["leaves", "disabled", "deleted"])
def test_a_power_ends_within_seconds(cognito: Any, pool_id: str, end: str) -> None:
    # GIVEN an operator who has given a command
    clock = Clock()
    operators = CognitoOperators(cognito, pool_id, clock)
    assert operators.includes("olga")
    # WHEN the power is taken away
    user = {"UserPoolId": pool_id, "Username": "olga"}
    match end:
        case "leaves":
            cognito.admin_remove_user_from_group(**user, GroupName="operators")
        case "disabled":
            cognito.admin_disable_user(**user)
        case "deleted":
            cognito.admin_delete_user(**user)
    # THEN the answer before is believed for some seconds, and no longer
    clock.now = BELIEVED_SECONDS
    assert operators.includes("olga")
    clock.now = BELIEVED_SECONDS + 0.1
    assert not operators.includes("olga")


def test_an_outage_locks_nobody_out_at_once(cognito: Any, pool_id: str) -> None:
    clock = Clock()
    operators = CognitoOperators(cognito, pool_id, clock)
    assert operators.includes("olga")
    with Stubber(cognito) as stub:
        # WHEN Cognito does not answer THEN a known operator stays one for a bounded time
        stub.add_client_error("admin_get_user", "TooManyRequestsException")
        clock.now = OUTAGE_SECONDS
        assert operators.includes("olga")
        # AND nobody is an operator after it, or was not known before it
        for username in ("olga", "jan"):
            stub.add_client_error("admin_get_user", "TooManyRequestsException")
            clock.now = OUTAGE_SECONDS + 1
            with pytest.raises(ClientError):
                operators.includes(username)
