"""The AWS CLI and boto3 use the twin with any credentials and any region, for every service of the stacks."""

import os
import subprocess
from urllib.parse import urlsplit

import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError

from domain.delivery_mode import DeliveryMode
from local.twin.endpoints import ACCOUNT_ID, Endpoint
from local.twin.provision.synthesis import ensure_assembly
from tests.e2e.any_region import LISTED, NOT_PLAYED, OTHER_REGIONS, REFUSED, answers, dummy_client
from tests.e2e.rig import Rig
from tests.support.services_of_stacks import services_of_stacks

pytestmark = pytest.mark.twin
PLAYED = sorted({*LISTED, *REFUSED} - {"appsync"})
"""The services of the default stage; channels/test_any_region.py has AppSync's."""


def test_each_service_of_the_stacks_has_a_case() -> None:
    used = {
        service
        for mode in (DeliveryMode.CONNECTIONS, DeliveryMode.BROADCAST)
        for service in services_of_stacks(ensure_assembly(mode))
    }
    assert used - {*LISTED, *REFUSED, *NOT_PLAYED} == set()


@pytest.mark.parametrize("service", PLAYED)
def test_clients_of_any_region_get_the_same_answers(rig: Rig, service: str) -> None:
    own, *others = answers(rig.twin, service, (rig.twin.region, *OTHER_REGIONS))
    assert [other == own for other in others] == [True, True], others
    if service in REFUSED:
        assert own[0] == REFUSED[service][2]


@pytest.mark.parametrize("service", NOT_PLAYED)
def test_a_service_that_is_not_played_is_refused_in_its_own_protocol(rig: Rig, service: str) -> None:
    operation, arguments = NOT_PLAYED[service]
    for region in (rig.twin.region, *OTHER_REGIONS):
        with pytest.raises(ClientError, match=r"the twin does not play \S+; it plays ") as refused:
            getattr(dummy_client(rig.twin, service, region), operation)(**arguments)
        assert refused.value.response["Error"]["Code"] == "UnsupportedOperation"


@pytest.mark.parametrize("service", ["dynamodb", "kinesis", "personalize", "sns", "sqs", "stepfunctions"])
def test_a_call_without_credentials_is_refused_as_aws_refuses_it(rig: Rig, service: str) -> None:
    operation, arguments, _ = LISTED[service]
    unsigned = dummy_client(rig.twin, service, rig.twin.region, signature_version=UNSIGNED)
    with pytest.raises(ClientError, match="missing Authentication Token") as refused:
        getattr(unsigned, operation)(**arguments)
    assert refused.value.response["Error"]["Code"].startswith("MissingAuthenticationToken")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_the_exported_variables_are_all_that_the_aws_cli_needs(rig: Rig) -> None:
    # GIVEN a shell without any settings of AWS, which runs the lines that the twin prints
    exports = "\n".join(
        Endpoint(port=urlsplit(rig.twin.edge_url).port or 0, region=rig.twin.region).exports()
    )
    shell = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}

    def run(command: str) -> tuple[int, str]:
        ran = subprocess.run(
            ["sh", "-c", f"{exports}\n{command}"], env=shell, capture_output=True, text=True, check=False
        )
        return ran.returncode, (ran.stdout + ran.stderr).strip()

    # THEN the AWS CLI reaches the twin's account
    status, account = run("aws sts get-caller-identity --query Account --output text")
    assert (status, account) == (0, ACCOUNT_ID)
    # AND its resources, in whatever region
    tables = [run(f"aws dynamodb list-tables {option}") for option in ("", "--region nowhere-1")]
    assert tables[0] == tables[1]
    assert "TableNames" in tables[0][1]
    # AND its queues, which version 1 of the CLI looks for elsewhere unless it is told
    status, queues = run("aws sqs --endpoint-url $AWS_ENDPOINT_URL list-queues")
    assert status == 0
    assert "QueueUrls" in queues
    # AND a service that is not played, and missing credentials, are errors that say so
    status, error = run("aws ce list-cost-allocation-tags")
    assert status != 0
    assert "(UnsupportedOperation)" in error
    assert "the twin does not play ce" in error
    status, error = run("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; aws dynamodb list-tables")
    assert status != 0
    assert "Unable to locate credentials" in error
