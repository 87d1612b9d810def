"""Glue databases, tables, crawlers and jobs, which moto keeps."""

from local.twin.provision.coercion import call
from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
)


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
    role_arn = resource.properties["Role"]
    context.check_trust("glue.amazonaws.com", role_arn, source_arn=context.arn("glue", f"job/{name}"))
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


def _update_database(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    name = deployed.created.physical_id
    declared = {**resource.properties["DatabaseInput"], "Name": name}
    call(context.client("glue"), "UpdateDatabase", {"Name": name, "DatabaseInput": declared})
    return deployed.created


def _update_table(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    declared = {**resource.properties["TableInput"], "Name": deployed.created.physical_id}
    request = {"DatabaseName": resource.properties["DatabaseName"], "TableInput": declared}
    call(context.client("glue"), "UpdateTable", request)
    return deployed.created


def _update_job(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    _delete_job(deployed, context)  # moto has no UpdateJob; the twin's runs stay, by the job's name
    return _job(resource, context)


def _update_crawler(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    _delete_crawler(deployed, context)  # moto has no UpdateCrawler
    return _crawler(resource, context)


def _delete_database(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("glue").delete_database(Name=deployed.created.physical_id)


def _delete_table(deployed: Deployed, context: ProvisionContext) -> None:
    database = deployed.resource.properties["DatabaseName"]
    context.client("glue").delete_table(DatabaseName=database, Name=deployed.created.physical_id)


def _delete_job(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("glue").delete_job(JobName=deployed.created.physical_id)


def _delete_crawler(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("glue").delete_crawler(Name=deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {
    "AWS::Glue::Database": _update_database,
    "AWS::Glue::Table": _update_table,
    "AWS::Glue::Job": _update_job,
    "AWS::Glue::Crawler": _update_crawler,
}
DELETERS: dict[str, Deleter] = {
    "AWS::Glue::Database": _delete_database,
    "AWS::Glue::Table": _delete_table,
    "AWS::Glue::Job": _delete_job,
    "AWS::Glue::Crawler": _delete_crawler,
}
