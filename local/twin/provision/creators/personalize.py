"""Personalize's resources."""

import time
from typing import Any

from local.twin.provision.coercion import call
from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource

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
            _wait_until_active(
                lambda: getattr(client, f"describe_{name}")(**{f"{member}Arn": arn})[member], arn
            )
        attributes = {f"{kind}Arn": arn, "Arn": arn}
        if "trackingId" in answer:
            attributes["TrackingId"] = answer["trackingId"]
        return Created(physical_id=resource.properties.get("Name", arn), attributes=attributes)

    return create


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
