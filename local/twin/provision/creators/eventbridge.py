"""EventBridge buses and rules, and EventBridge Scheduler's schedules."""

import json
from typing import Any

from local.twin.provision.coercion import call
from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource


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
