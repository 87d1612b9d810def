"""Personalize's resources."""

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from local.twin.provision.coercion import call
from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    unchanged,
)

_KINDS = {
    "DatasetGroup": "dataset_group",
    "Schema": "schema",
    "Dataset": "dataset",
    "Solution": "solution",
    "Campaign": "campaign",
    "EventTracker": "event_tracker",
}
_NOT_SENT = ("Tags", "DatasetImportJob")
_POLL_SECONDS = 0.01
_TIMEOUT_SECONDS = 300.0


class NotActiveError(Exception):
    """A resource of Personalize did not become ACTIVE."""

    def __init__(self, arn: str, status: str, reason: str) -> None:
        super().__init__(f"expected {arn} to become ACTIVE, got {status}: {reason}")


def _creator(kind: str, name: str) -> Creator:
    member = kind[:1].lower() + kind[1:]

    def create(resource: Resource, context: ProvisionContext) -> Created:
        client = context.client("personalize")
        kept = {key: value for key, value in resource.properties.items() if key not in _NOT_SENT}
        answer = call(client, f"Create{kind}", kept)
        arn = answer[f"{member}Arn"]
        if kind != "Schema":
            try:
                _wait_until_active(
                    lambda: getattr(client, f"describe_{name}")(**{f"{member}Arn": arn})[member], arn
                )
            except NotActiveError:
                # CloudFormation deletes what it could not create, so that a retry finds its name free.
                getattr(client, f"delete_{name}")(**{f"{member}Arn": arn})
                raise
        attributes = {f"{kind}Arn": arn, "Arn": arn}
        if "trackingId" in answer:
            attributes["TrackingId"] = answer["trackingId"]
        return Created(physical_id=resource.properties.get("Name", arn), attributes=attributes)

    return create


def _update_campaign(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    """Change version, rate and configuration; the old ones serve until the new ones are active."""
    client, arn = context.client("personalize"), deployed.created.attributes["CampaignArn"]
    kept = {key: value for key, value in resource.properties.items() if key not in _NOT_SENT}
    call(client, "UpdateCampaign", {**kept, "CampaignArn": arn})
    _wait_until_active(
        lambda: client.describe_campaign(campaignArn=arn)["campaign"]["latestCampaignUpdate"], arn
    )
    return deployed.created


def _deleter(kind: str, name: str) -> Deleter:
    member = f"{kind[:1].lower() + kind[1:]}Arn"

    def delete(deployed: Deployed, context: ProvisionContext) -> None:
        client, arn = context.client("personalize"), deployed.created.attributes[f"{kind}Arn"]
        getattr(client, f"delete_{name}")(**{member: arn})
        _wait_until_gone(lambda: getattr(client, f"describe_{name}")(**{member: arn}), arn)

    return delete


def _wait_until_gone(describe: Callable[[], Any], arn: str) -> None:
    give_up_at = time.monotonic() + _TIMEOUT_SECONDS
    while time.monotonic() < give_up_at:
        try:
            describe()
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return
            raise
        time.sleep(_POLL_SECONDS)
    raise NotActiveError(arn, "DELETE IN_PROGRESS", "it takes too long")


def _wait_until_active(describe: Any, arn: str) -> None:
    give_up_at = time.monotonic() + _TIMEOUT_SECONDS
    while (description := describe())["status"] != "ACTIVE":
        status = description["status"]
        if status == "CREATE FAILED" or time.monotonic() > give_up_at:
            raise NotActiveError(arn, status, description.get("failureReason", "no reason given"))
        time.sleep(_POLL_SECONDS)


CREATORS: dict[str, Creator] = {
    f"AWS::Personalize::{kind}": _creator(kind, name) for kind, name in _KINDS.items()
}
# CloudFormation can only set the properties of the other types when it creates them.
UPDATERS: dict[str, Updater] = {
    "AWS::Personalize::Campaign": _update_campaign,
    "AWS::Personalize::Dataset": unchanged,
}
DELETERS: dict[str, Deleter] = {
    f"AWS::Personalize::{kind}": _deleter(kind, name) for kind, name in _KINDS.items()
}
