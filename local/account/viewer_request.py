"""Starts a request about a viewer's data, and waits for its report.

The commands `erase` and `export` start the same state machine as support does in the console.
"""

import argparse
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import boto3

from local.arguments import address, whole_number
from local.errors import CommandError

POLL_SECONDS = 5.0
RUNNING, SUCCEEDED = "RUNNING", "SUCCEEDED"
Client = Callable[[str], Any]


class ViewerRequestError(CommandError):
    """A request was not served."""


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that both commands have."""
    parser.add_argument("--viewer", required=True, help="id of the viewer: the `sub` of their tokens")
    parser.add_argument("--stage", default="development", help="stage of the deployment (%(default)s)")
    parser.add_argument("--region", help="region of the deployment, if the AWS configuration has another")
    parser.add_argument(
        "--endpoint-url", type=address, help="endpoint to use in place of AWS, such as the twin's"
    )
    parser.add_argument(
        "--poll-seconds",
        type=whole_number("seconds", 0, 3_600),
        help="pause between two status checks of the state machine (60)",
    )


def run_command(arguments: argparse.Namespace, serve: Callable[[Client], Any]) -> int:
    """Print what a command returns as JSON."""

    def client(service: str) -> Any:
        return boto3.client(service, region_name=arguments.region, endpoint_url=arguments.endpoint_url)

    print(json.dumps(serve(client), indent=2))
    return 0


def serve_request(
    client: Client, stage: str, request: dict[str, Any], *, sleep: Callable[[float], None] = time.sleep
) -> dict[str, Any]:
    """Start the state machine of a stage and return its report; raises ViewerRequestError."""
    stepfunctions = client("stepfunctions")
    arn = stepfunctions.start_execution(
        stateMachineArn=_machine(stepfunctions, stage),
        # The folder of the request has this name.
        name=f"{request['purpose']}-{uuid.uuid4()}",
        input=json.dumps({name: value for name, value in request.items() if value is not None}),
    )["executionArn"]
    while (execution := stepfunctions.describe_execution(executionArn=arn))["status"] == RUNNING:
        sleep(POLL_SECONDS)
    if execution["status"] != SUCCEEDED:
        cause = execution.get("cause") or execution.get("error") or "no cause given"
        raise ViewerRequestError(f"{arn} ended as {execution['status']}: {cause}")
    report: dict[str, Any] = json.loads(execution["output"])
    return report


def _machine(stepfunctions: Any, stage: str) -> str:
    name = f"touchline-{stage}-viewer-requests"
    for page in stepfunctions.get_paginator("list_state_machines").paginate():
        for machine in page["stateMachines"]:
            if machine["name"] == name:
                return str(machine["stateMachineArn"])
    raise ViewerRequestError(
        f"expected a state machine {name}; is the stage {stage} deployed in this region?"
    )
