"""`python -m local rollback`: let the campaign serve an earlier solution version, and keep it there.

Trainings go on, and publish nothing until `--release`: the next one would otherwise undo the rollback.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3

from local.account.rollback import parameters
from local.account.rollback.campaign import serve, serving_campaign
from local.account.rollback.errors import RollbackError
from local.account.rollback.versions import Version, active_versions, choose, stage_solutions
from local.arguments import address, number

POLL_SECONDS = 10.0
Client = Callable[[str], Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--stage", default="development", help="stage of the deployment (%(default)s)")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--to", metavar="ARN", help="version to serve (the one before that in service)")
    action.add_argument("--list", action="store_true", help="list the versions, and change nothing")
    action.add_argument("--release", action="store_true", help="let trainings publish versions again")
    parser.add_argument("--yes", action="store_true", help="change; without it, say what would change")
    parser.add_argument("--region", help="region of the deployment, if the AWS configuration has another")
    parser.add_argument(
        "--endpoint-url", type=address, help="endpoint to use in place of AWS, such as the twin's"
    )
    parser.add_argument(
        "--poll-seconds",
        type=number("seconds", 0, 3_600),
        default=POLL_SECONDS,
        help="pause between two checks (%(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen action; return 1 if the campaign does not serve the version."""

    def client(service: str) -> Any:
        return boto3.client(service, region_name=arguments.region, endpoint_url=arguments.endpoint_url)

    try:
        if arguments.list:
            list_versions(client, arguments.stage)
        elif arguments.release:
            release(client, arguments.stage)
        else:
            roll_back(
                client,
                arguments.stage,
                to=arguments.to,
                confirmed=arguments.yes,
                poll_seconds=arguments.poll_seconds,
            )
    except RollbackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def list_versions(client: Client, stage: str) -> None:
    """Print the active versions, oldest first, and which one is in service."""
    serving = parameters.read_serving(client("ssm"), stage)
    for version in _versions(client, stage, serving):
        print(f"{version}{', in service' if version.arn == serving else ''}")
    held = parameters.read(client("ssm"), parameters.held_parameter(stage))
    print(f"publication: {f'held: {held}' if held else 'by each training'}")


def release(client: Client, stage: str) -> None:
    """Let trainings publish again."""
    was_held = parameters.delete(client("ssm"), parameters.held_parameter(stage))
    print(
        "the next training publishes its version, unless it is worse than the one in service"
        if was_held
        else "publication was not held"
    )


def roll_back(client: Client, stage: str, *, to: str | None, confirmed: bool, poll_seconds: float) -> None:
    """Say what is and what would be served; if confirmed, serve it and hold publication."""
    ssm, personalize = client("ssm"), client("personalize")
    serving = parameters.read_serving(ssm, stage)
    versions = _versions(client, stage, serving)
    target = choose(versions, serving, to)
    campaign = serving_campaign(personalize, stage, _solution_of(serving))
    print(f"in service:  {next((str(one) for one in versions if one.arn == serving), serving)}")
    print(f"would serve: {target}")
    print(f"trainings would publish nothing until: python -m local rollback --stage {stage} --release")
    if not confirmed:
        print("nothing is changed; add --yes to change it")
        return
    # First the hold: a training that ends meanwhile must not publish over the rollback.
    reason = f"rolled back from {serving} on {datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC"
    description = "Trainings publish nothing while this parameter exists"
    parameters.write(ssm, parameters.held_parameter(stage), reason, description)
    serve(personalize, campaign, target.arn, poll_seconds=poll_seconds)
    description = "The solution version that the campaign serves"
    parameters.write(ssm, parameters.serving_parameter(stage), target.arn, description)
    print(f"in service:  {target}")


def _versions(client: Client, stage: str, serving: str) -> list[Version]:
    personalize = client("personalize")
    return active_versions(personalize, stage_solutions(personalize, stage, _solution_of(serving)))


def _solution_of(version_arn: str) -> str:
    return version_arn.rpartition("/")[0]
