"""The Flink application; the embedded engine takes its place when it is started."""

from local.twin.provision.resources import Application, Created, Creator, Resource, Workbench


def _application(resource: Resource, bench: Workbench) -> Created:
    properties = resource.properties
    name = resource.name(properties.get("ApplicationName"), longest=128)
    arn = bench.arn("kinesisanalytics", f"application/{name}")
    environment = properties.get("ApplicationConfiguration", {}).get("EnvironmentProperties", {})
    groups = {
        group["PropertyGroupId"]: dict(group["PropertyMap"])
        for group in environment.get("PropertyGroups", ())
    }
    content = (
        properties["ApplicationConfiguration"].get("ApplicationCodeConfiguration", {}).get("CodeContent", {})
    )
    package = bench.assets.get(content.get("S3ContentLocation", {}).get("FileKey", ""))
    bench.platform.put_application(Application(name=name, arn=arn, properties=groups, package=package))
    return Created(physical_id=name, attributes={"Arn": arn})


CREATORS: dict[str, Creator] = {"AWS::KinesisAnalyticsV2::Application": _application}
