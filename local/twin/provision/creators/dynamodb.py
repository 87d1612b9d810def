"""DynamoDB tables, declared as Table or GlobalTable."""

from typing import Any

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    tag_list,
)

_SHARED = ("AttributeDefinitions", "KeySchema")
_INDEX_FIELDS = ("IndexName", "KeySchema", "Projection")


def _table(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    client = context.client("dynamodb")
    name = resource.name(properties.get("TableName"), longest=255)
    request: dict[str, Any] = {key: properties[key] for key in _SHARED}
    request |= {"TableName": name, "BillingMode": "PAY_PER_REQUEST", "Tags": tag_list(resource)}
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if properties.get(kind):
            request[kind] = [{field: index[field] for field in _INDEX_FIELDS} for index in properties[kind]]
    stream = properties.get("StreamSpecification")
    if stream:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": stream["StreamViewType"]}
    description = client.create_table(**request)["TableDescription"]
    _set_expiry(client, name, properties.get("TimeToLiveSpecification"))
    return _described(name, description)


def _described(name: str, description: dict[str, Any]) -> Created:
    attributes = {
        "Arn": description["TableArn"],
        "TableId": description.get("TableId", name),
        "StreamArn": description.get("LatestStreamArn", ""),
    }
    return Created(physical_id=name, attributes=attributes)


def _set_expiry(client: Any, name: str, expiry: Any) -> None:
    if expiry and expiry.get("Enabled"):
        specification = {"Enabled": True, "AttributeName": expiry["AttributeName"]}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)


CREATORS: dict[str, Creator] = {"AWS::DynamoDB::Table": _table, "AWS::DynamoDB::GlobalTable": _table}


def _update_table(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    """Change the stream, the expiry and the indexes; items stay."""
    client, name = context.client("dynamodb"), deployed.created.physical_id
    before, after = deployed.resource.properties, resource.properties
    if before.get("StreamSpecification") != after.get("StreamSpecification"):
        _set_stream(client, name, before.get("StreamSpecification"), after.get("StreamSpecification"))
    if before.get("TimeToLiveSpecification") != after.get("TimeToLiveSpecification"):
        _set_expiry(client, name, after.get("TimeToLiveSpecification"))
    _set_indexes(client, name, before, after)
    return _described(name, client.describe_table(TableName=name)["Table"])


def _set_stream(client: Any, name: str, before: Any, after: Any) -> None:
    if before:
        client.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    if after:
        stream = {"StreamEnabled": True, "StreamViewType": after["StreamViewType"]}
        client.update_table(TableName=name, StreamSpecification=stream)


def _set_indexes(client: Any, name: str, before: Any, after: Any) -> None:
    """Delete the indexes that are gone or different, then create those that are new or different."""
    old = {index["IndexName"]: index for index in before.get("GlobalSecondaryIndexes", ())}
    new = {index["IndexName"]: index for index in after.get("GlobalSecondaryIndexes", ())}
    updates: list[dict[str, Any]] = [
        {"Delete": {"IndexName": each}} for each in old if old[each] != new.get(each)
    ]
    updates += [
        {"Create": {field: new[each][field] for field in _INDEX_FIELDS}}
        for each in new
        if new[each] != old.get(each)
    ]
    for update in updates:
        client.update_table(
            TableName=name,
            AttributeDefinitions=after["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[update],
        )


def _delete_table(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("dynamodb").delete_table(TableName=deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {
    "AWS::DynamoDB::Table": _update_table,
    "AWS::DynamoDB::GlobalTable": _update_table,
}
DELETERS: dict[str, Deleter] = {
    "AWS::DynamoDB::Table": _delete_table,
    "AWS::DynamoDB::GlobalTable": _delete_table,
}
