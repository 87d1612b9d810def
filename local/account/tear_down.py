"""`python -m local tear-down`: delete a dataset group and its resources, in Personalize's order.

`cdk destroy` deletes the resources of the stacks, except those that the stage retains. This command deletes
the rest: retained datasets, and solutions and campaigns that were created by hand. It is idempotent.
"""

import argparse
import re
import time
from collections.abc import Callable
from typing import Any

import boto3

from local.arguments import address
from local.errors import CommandError, CommandInputError

TIMEOUT_SECONDS = 1800
POLL_SECONDS = 5.0

OnDeleted = Callable[[str], None]
GROUP_ARN = re.compile(r"arn:aws[\w-]*:personalize:[a-z0-9-]+:\d{12}:dataset-group/[\w-]+")


class TearDownError(CommandError):
    """A resource was not deleted in time."""


class UnknownGroupError(CommandInputError):
    """The account has no dataset group of this ARN."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"expected a dataset group of this account and region, got {arn}: there is none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--dataset-group-arn", type=group_arn, required=True, help="ARN of the dataset group")
    parser.add_argument(
        "--endpoint-url", type=address, help="endpoint to use in place of AWS, such as the twin's"
    )
    parser.add_argument("--yes", action="store_true", help="delete; without it, list what would be deleted")


def run(arguments: argparse.Namespace) -> int:
    """List or delete."""
    group_arn = arguments.dataset_group_arn
    client = boto3.client(
        "personalize", region_name=group_arn.split(":")[3], endpoint_url=arguments.endpoint_url
    )
    try:
        client.describe_dataset_group(datasetGroupArn=group_arn)
    except client.exceptions.ResourceNotFoundException as error:
        raise UnknownGroupError(group_arn) from error
    if arguments.yes:
        tear_down(client, group_arn, on_deleted=print)
    else:
        for step in plan(client, group_arn):
            for _, arn in step:
                print(arn)
    return 0


def group_arn(text: str) -> str:
    """Read the ARN of a dataset group."""
    if not GROUP_ARN.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"expected arn:aws:personalize:REGION:ACCOUNT:dataset-group/NAME, got {text!r}"
        )
    return text


def plan(client: Any, group_arn: str) -> list[list[tuple[str, str]]]:
    """Return what to delete, as kind and ARN; each step requires that the one before it is complete."""
    solutions = _list_arns(client, "solutions", datasetGroupArn=group_arn)
    campaigns = [
        arn for solution in solutions for arn in _list_arns(client, "campaigns", solutionArn=solution)
    ]
    datasets = _list_arns(client, "datasets", datasetGroupArn=group_arn)
    schemas = [client.describe_dataset(datasetArn=arn)["dataset"]["schemaArn"] for arn in datasets]
    groups = [arn for arn in _list_arns(client, "dataset_groups") if arn == group_arn]
    others = [
        *(("event_tracker", arn) for arn in _list_arns(client, "event_trackers", datasetGroupArn=group_arn)),
        *(("filter", arn) for arn in _list_arns(client, "filters", datasetGroupArn=group_arn)),
        *(
            ("metric_attribution", arn)
            for arn in _list_arns(client, "metric_attributions", datasetGroupArn=group_arn)
        ),
    ]
    steps: list[list[tuple[str, str]]] = [
        [("campaign", arn) for arn in campaigns],
        [("solution", arn) for arn in solutions],
        others,
        [("dataset", arn) for arn in datasets],
        [("dataset_group", arn) for arn in groups],
        [("schema", arn) for arn in dict.fromkeys(schemas)],
    ]
    return [step for step in steps if step]


def tear_down(
    client: Any,
    group_arn: str,
    *,
    on_deleted: OnDeleted,
    sleep: Callable[[float], None] = time.sleep,
    poll_seconds: float = POLL_SECONDS,
) -> None:
    """Delete step by step, waiting for each step; raises TearDownError after half an hour in one step."""
    for step in plan(client, group_arn):
        for kind, arn in step:
            _delete(client, kind, arn)
        waited = 0.0
        while left := [arn for kind, arn in step if _exists(client, kind, arn)]:
            if waited >= TIMEOUT_SECONDS:
                raise TearDownError(
                    f"expected {', '.join(left)} to be deleted within {TIMEOUT_SECONDS} seconds"
                )
            sleep(poll_seconds)
            waited += poll_seconds
        for _, arn in step:
            on_deleted(arn)


def _list_arns(client: Any, kind: str, **arguments: str) -> list[str]:
    member = _arn_member(kind.removesuffix("s"))
    arns: list[str] = []
    for page in client.get_paginator(f"list_{kind}").paginate(**arguments):
        (rows,) = (value for value in page.values() if isinstance(value, list))
        arns.extend(row[member] for row in rows)
    return arns


def _delete(client: Any, kind: str, arn: str) -> None:
    try:
        getattr(client, f"delete_{kind}")(**{_arn_member(kind): arn})
    except client.exceptions.ResourceNotFoundException:
        return
    except client.exceptions.ResourceInUseException:
        # An interrupted tear-down may have started the deletion already.
        if not (_status(client, kind, arn) or "DELETED").startswith("DELETE"):
            raise


def _exists(client: Any, kind: str, arn: str) -> bool:
    return _status(client, kind, arn) is not None


def _status(client: Any, kind: str, arn: str) -> str | None:
    """Return the status, ACTIVE for a resource without one, or None if the resource does not exist."""
    try:
        described = getattr(client, f"describe_{kind}")(**{_arn_member(kind): arn})
    except client.exceptions.ResourceNotFoundException:
        return None
    return str(described[_arn_member(kind).removesuffix("Arn")].get("status", "ACTIVE"))


def _arn_member(kind: str) -> str:
    """Return the request member for the ARN: `datasetGroupArn` for `dataset_group`."""
    first, *rest = kind.split("_")
    return first + "".join(word.capitalize() for word in rest) + "Arn"
