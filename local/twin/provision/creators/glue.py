"""Glue databases, tables, crawlers and jobs, which moto keeps."""

from local.twin.provision.coercion import call
from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource


def _database(resource: Resource, context: ProvisionContext) -> Created:
    declared = resource.properties["DatabaseInput"]
    name = resource.name(declared.get("Name"), longest=255, lower=True)
    call(context.client("glue"), "CreateDatabase", {"DatabaseInput": {**declared, "Name": name}})
    return Created(physical_id=name)


def _table(resource: Resource, context: ProvisionContext) -> Created:
    declared = resource.properties["TableInput"]
    name = resource.name(declared.get("Name"), longest=255, lower=True)
    request = {"DatabaseName": resource.properties["DatabaseName"], "TableInput": {**declared, "Name": name}}
    call(context.client("glue"), "CreateTable", request)
    return Created(physical_id=name)


def _job(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.name(resource.properties.get("Name"), longest=255)
    call(context.client("glue"), "CreateJob", {**_untagged(resource), "Name": name})
    return Created(physical_id=name)


def _crawler(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.name(resource.properties.get("Name"), longest=255)
    call(context.client("glue"), "CreateCrawler", {**_untagged(resource), "Name": name})
    return Created(physical_id=name)


def _untagged(resource: Resource) -> dict[str, object]:
    return {name: value for name, value in resource.properties.items() if name != "Tags"}


CREATORS: dict[str, Creator] = {
    "AWS::Glue::Database": _database,
    "AWS::Glue::Table": _table,
    "AWS::Glue::Job": _job,
    "AWS::Glue::Crawler": _crawler,
}
