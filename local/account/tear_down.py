"""`python -m local tear-down`: delete a dataset group and all that stands on it, in Personalize's order.

`cdk destroy` deletes what its stacks declare and a stage does not keep. What it leaves is taken here: kept
datasets, solutions and campaigns made by hand, the versions of solutions with them. It is safe to repeat.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3

SUMMARY = "delete a dataset group of Personalize with its campaigns, solutions, filters and datasets"
PATIENCE_SECONDS = 1800
POLL_SECONDS = 5.0

Deleted = Callable[[str], None]


class TearDownError(Exception):
    """Something that was to be deleted is still there."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--dataset-group-arn", required=True, help="the dataset group")
    parser.add_argument("--endpoint-url", help="another endpoint than AWS's own, such as the twin's")
    parser.add_argument("--yes", action="store_true", help="delete; without it, only list what would go")


def run(arguments: argparse.Namespace) -> int:
    """List or delete; 1 when something is left."""
    region = arguments.dataset_group_arn.split(":")[3]
    client = boto3.client("personalize", region_name=region, endpoint_url=arguments.endpoint_url)
    try:
        if arguments.yes:
            tear_down(client, arguments.dataset_group_arn, told=print)
        else:
            for step in plan(client, arguments.dataset_group_arn):
                for _, arn in step:
                    print(arn)
    except TearDownError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def plan(client: Any, group_arn: str) -> list[list[tuple[str, str]]]:
    """What would be deleted, kind and ARN: each step needs the one before it to be gone."""
    solutions = _arns(client, "solutions", datasetGroupArn=group_arn)
    campaigns = [arn for solution in solutions for arn in _arns(client, "campaigns", solutionArn=solution)]
    datasets = _arns(client, "datasets", datasetGroupArn=group_arn)
    schemas = [client.describe_dataset(datasetArn=arn)["dataset"]["schemaArn"] for arn in datasets]
    groups = [arn for arn in _arns(client, "dataset_groups") if arn == group_arn]
    others = [
        *(("event_tracker", arn) for arn in _arns(client, "event_trackers", datasetGroupArn=group_arn)),
        *(("filter", arn) for arn in _arns(client, "filters", datasetGroupArn=group_arn)),
        *(
            ("metric_attribution", arn)
            for arn in _arns(client, "metric_attributions", datasetGroupArn=group_arn)
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
    told: Deleted,
    sleep: Callable[[float], None] = time.sleep,
    poll_seconds: float = POLL_SECONDS,
) -> None:
    """Delete, step by step, and wait until each is gone; raises TearDownError after half an hour."""
    for step in plan(client, group_arn):
        for kind, arn in step:
            _delete(client, kind, arn)
        waited = 0.0
        while left := [arn for kind, arn in step if _exists(client, kind, arn)]:
            if waited >= PATIENCE_SECONDS:
                raise TearDownError(
                    f"expected {', '.join(left)} to be gone within {PATIENCE_SECONDS} seconds"
                )
            sleep(poll_seconds)
            waited += poll_seconds
        for _, arn in step:
            told(arn)


def _arns(client: Any, kind: str, **arguments: str) -> list[str]:
    return list(_listed(client, kind, arguments))


def _listed(client: Any, kind: str, arguments: dict[str, str]) -> Iterator[str]:
    for page in client.get_paginator(f"list_{kind}").paginate(**arguments):
        (rows,) = (value for value in page.values() if isinstance(value, list))
        for row in rows:
            yield row[_member(kind.removesuffix("s"))]


def _delete(client: Any, kind: str, arn: str) -> None:
    try:
        getattr(client, f"delete_{kind}")(**{_member(kind): arn})
    except client.exceptions.ResourceNotFoundException:
        return
    except client.exceptions.ResourceInUseException:
        # An earlier tear-down that was interrupted may have asked for it already.
        if not (_status(client, kind, arn) or "DELETED").startswith("DELETE"):
            raise


def _exists(client: Any, kind: str, arn: str) -> bool:
    return _status(client, kind, arn) is not None


def _status(client: Any, kind: str, arn: str) -> str | None:
    """Where it is in its life cycle, ACTIVE if it has none; None when it is gone."""
    try:
        described = getattr(client, f"describe_{kind}")(**{_member(kind): arn})
    except client.exceptions.ResourceNotFoundException:
        return None
    return str(described[_member(kind).removesuffix("Arn")].get("status", "ACTIVE"))


def _member(kind: str) -> str:
    """The request's member that takes the ARN: `dataset_group` is `datasetGroupArn`."""
    first, *rest = kind.split("_")
    return first + "".join(word.capitalize() for word in rest) + "Arn"
