"""Managed Flink applications."""

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource
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
    context.platform.put_application(Application(name=name, arn=arn, properties=groups, package=package))
    return Created(physical_id=name, attributes={"Arn": arn})


CREATORS: dict[str, Creator] = {"AWS::KinesisAnalyticsV2::Application": _application}
