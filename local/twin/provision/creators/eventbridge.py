"""EventBridge buses and rules, and EventBridge Scheduler's schedules."""

import json
from typing import Any

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


def _bus(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.properties["Name"]
    arn = context.client("events").create_event_bus(Name=name)["EventBusArn"]
    return Created(physical_id=name, attributes={"Arn": arn, "Name": name})


def _rule(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    client = context.client("events")
    name = resource.name(properties.get("Name"))
    bus = properties.get("EventBusName", "default")
    request: dict[str, Any] = {"Name": name, "EventBusName": bus, "State": properties.get("State", "ENABLED")}
    if "EventPattern" in properties:
        request["EventPattern"] = json.dumps(properties["EventPattern"])
    if "ScheduleExpression" in properties:
        request["ScheduleExpression"] = properties["ScheduleExpression"]
    arn = call(client, "PutRule", request)["RuleArn"]
    if properties.get("Targets"):
        call(client, "PutTargets", {"Rule": name, "EventBusName": bus, "Targets": properties["Targets"]})
    return Created(physical_id=name, attributes={"Arn": arn})


def _schedule(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.name(resource.properties.get("Name"))
    arn = call(context.client("scheduler"), "CreateSchedule", {**resource.properties, "Name": name})[
        "ScheduleArn"
    ]
    return Created(physical_id=name, attributes={"Arn": arn})


def _schedule_group(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.name(resource.properties.get("Name"))
    arn = context.client("scheduler").create_schedule_group(Name=name)["ScheduleGroupArn"]
    return Created(physical_id=name, attributes={"Arn": arn})


CREATORS: dict[str, Creator] = {
    "AWS::Events::EventBus": _bus,
    "AWS::Events::Rule": _rule,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::Scheduler::ScheduleGroup": _schedule_group,
}


def _update_rule(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    created = _rule(resource, context)
    wanted = {target["Id"] for target in resource.properties.get("Targets", ())}
    gone = [
        target["Id"]
        for target in deployed.resource.properties.get("Targets", ())
        if target["Id"] not in wanted
    ]
    if gone:
        context.client("events").remove_targets(**_of_rule(deployed), Ids=gone)
    return created


def _delete_rule(deployed: Deployed, context: ProvisionContext) -> None:
    client, named = context.client("events"), _of_rule(deployed)
    targets = [target["Id"] for target in deployed.resource.properties.get("Targets", ())]
    if targets:
        client.remove_targets(**named, Ids=targets)
    client.delete_rule(Name=named["Rule"], EventBusName=named["EventBusName"])


def _of_rule(deployed: Deployed) -> dict[str, str]:
    bus = deployed.resource.properties.get("EventBusName", "default")
    return {"Rule": deployed.created.physical_id, "EventBusName": bus}


def _delete_bus(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("events").delete_event_bus(Name=deployed.created.physical_id)


def _update_schedule(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    request = {**resource.properties, "Name": deployed.created.physical_id}
    call(context.client("scheduler"), "UpdateSchedule", request)
    return deployed.created


def _delete_schedule(deployed: Deployed, context: ProvisionContext) -> None:
    group = deployed.resource.properties.get("GroupName", "default")
    context.client("scheduler").delete_schedule(Name=deployed.created.physical_id, GroupName=group)


def _delete_schedule_group(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("scheduler").delete_schedule_group(Name=deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {
    "AWS::Events::EventBus": unchanged,
    "AWS::Events::Rule": _update_rule,
    "AWS::Scheduler::Schedule": _update_schedule,
    "AWS::Scheduler::ScheduleGroup": unchanged,
}
DELETERS: dict[str, Deleter] = {
    "AWS::Events::EventBus": _delete_bus,
    "AWS::Events::Rule": _delete_rule,
    "AWS::Scheduler::Schedule": _delete_schedule,
    "AWS::Scheduler::ScheduleGroup": _delete_schedule_group,
}
