"""Log groups, of which the twin keeps the names: the functions' logs are files."""

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    ProvisionContext,
    Resource,
    Updater,
    forget,
    unchanged,
)


def _group(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.name(resource.properties.get("LogGroupName"), longest=512)
    return Created(physical_id=name, attributes={"Arn": context.arn("logs", f"log-group:{name}:*")})


CREATORS: dict[str, Creator] = {"AWS::Logs::LogGroup": _group}
UPDATERS: dict[str, Updater] = {"AWS::Logs::LogGroup": unchanged}
DELETERS: dict[str, Deleter] = {"AWS::Logs::LogGroup": forget}
