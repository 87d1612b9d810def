"""Managed Flink applications."""

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    put_again,
)
from local.twin.services.kinesisanalytics.application import Application


def _application(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    name = resource.name(properties.get("ApplicationName"), longest=128)
    arn = context.arn("kinesisanalytics", f"application/{name}")
    environment = properties.get("ApplicationConfiguration", {}).get("EnvironmentProperties", {})
    groups = {
        group["PropertyGroupId"]: dict(group["PropertyMap"])
        for group in environment.get("PropertyGroups", ())
    }
    content = (
        properties["ApplicationConfiguration"].get("ApplicationCodeConfiguration", {}).get("CodeContent", {})
    )
    package = context.assets.get(content.get("S3ContentLocation", {}).get("FileKey", ""))
    role_arn = properties["ServiceExecutionRole"]
    context.check_trust("kinesisanalytics.amazonaws.com", role_arn, source_arn=arn)
    context.platform.put_application(
        Application(name=name, arn=arn, role_arn=role_arn, properties=groups, package=package)
    )
    return Created(physical_id=name, attributes={"Arn": arn})


CREATORS: dict[str, Creator] = {"AWS::KinesisAnalyticsV2::Application": _application}


def _delete_application(deployed: Deployed, context: ProvisionContext) -> None:
    context.platform.remove_application(deployed.created.physical_id)


# A running application keeps its settings until it is started again: its state is not saved.
UPDATERS: dict[str, Updater] = {"AWS::KinesisAnalyticsV2::Application": put_again(_application)}
DELETERS: dict[str, Deleter] = {"AWS::KinesisAnalyticsV2::Application": _delete_application}
