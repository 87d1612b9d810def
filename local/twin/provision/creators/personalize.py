"""Personalize's resources; `Ref` is the name of most, and the ARN is an attribute."""

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
_PAUSE_SECONDS = 0.01
_PATIENCE_SECONDS = 300.0


class NotActiveError(Exception):
    """A resource that Personalize accepted never became ACTIVE."""

    def __init__(self, arn: str, status: str, reason: str) -> None:
        super().__init__(f"expected {arn} to become ACTIVE, it is {status}: {reason}")


def _creator(kind: str, name: str) -> Creator:
    member = kind[:1].lower() + kind[1:]

    def create(resource: Resource, context: ProvisionContext) -> Created:
        client = context.client("personalize")
        kept = {key: value for key, value in resource.properties.items() if key not in _NOT_SENT}
        answer = call(client, f"Create{kind}", kept)
        arn = answer[f"{member}Arn"]
        if kind != "Schema":
            _wait(lambda: getattr(client, f"describe_{name}")(**{f"{member}Arn": arn})[member], arn)
        attributes = {f"{kind}Arn": arn, "Arn": arn}
        if "trackingId" in answer:
            attributes["TrackingId"] = answer["trackingId"]
        return Created(physical_id=resource.properties.get("Name", arn), attributes=attributes)

    return create


def _wait(describe: Any, arn: str) -> None:
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while (description := describe())["status"] != "ACTIVE":
        status = description["status"]
        if status == "CREATE FAILED" or time.monotonic() > give_up_at:
            raise NotActiveError(arn, status, description.get("failureReason", "no reason was given"))
        time.sleep(_PAUSE_SECONDS)


CREATORS: dict[str, Creator] = {
    f"AWS::Personalize::{kind}": _creator(kind, name) for kind, name in _KINDS.items()
}
