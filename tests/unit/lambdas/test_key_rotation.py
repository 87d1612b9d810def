"""The key of placements is rotated in the steps of Secrets Manager, and the key before stays valid."""

import uuid

import boto3
import pytest

from lambdas.handlers import rotate_placement_key
from lambdas.handlers.composition.placement_keys import placement_keys
from tests.support.lambda_context import LambdaContext

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


@pytest.fixture
def secret(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("KEY_LENGTH", "64")
    return resources["PLACEMENT_KEY_SECRET_ARN"]


def rotate(secret: str, version: str, *steps: str) -> None:
    for step in steps:
        event = {"Step": step, "SecretId": secret, "ClientRequestToken": version}
        rotate_placement_key.handler(event, LambdaContext())


def test_a_rotation_signs_with_a_new_key_and_accepts_the_one_before(secret: str) -> None:
    before = boto3.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"].encode()
    rotate(secret, str(uuid.uuid4()), *STEPS)

    current, previous = placement_keys().accepted()
    assert placement_keys().current() == current != before
    assert len(current) == 64
    assert previous == before


def test_nothing_changes_before_the_last_step(secret: str) -> None:
    before = boto3.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"].encode()
    rotate(secret, str(uuid.uuid4()), *STEPS[:-1])

    assert placement_keys().accepted() == [before]


def test_a_step_that_is_repeated_changes_nothing(secret: str) -> None:
    version = str(uuid.uuid4())
    rotate(secret, version, *STEPS)
    stages = boto3.client("secretsmanager").describe_secret(SecretId=secret)["VersionIdsToStages"]
    current = boto3.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    rotate(secret, version, *STEPS)

    assert boto3.client("secretsmanager").describe_secret(SecretId=secret)["VersionIdsToStages"] == stages
    assert boto3.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"] == current


def test_an_unknown_step_is_an_error(secret: str) -> None:
    with pytest.raises(ValueError, match="Step: expected one of a rotation, got 'deleteSecret'"):
        rotate(secret, str(uuid.uuid4()), "deleteSecret")
