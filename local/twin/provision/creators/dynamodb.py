"""DynamoDB tables, declared as Table or GlobalTable."""

from typing import Any

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource, tag_list

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
    _enable_expiry(client, name, properties)
    attributes = {
        "Arn": description["TableArn"],
        "TableId": description.get("TableId", name),
        "StreamArn": description.get("LatestStreamArn", ""),
    }
    return Created(physical_id=name, attributes=attributes)


def _enable_expiry(client: Any, name: str, properties: Any) -> None:
    expiry = properties.get("TimeToLiveSpecification")
    if expiry and expiry.get("Enabled"):
        specification = {"Enabled": True, "AttributeName": expiry["AttributeName"]}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)


CREATORS: dict[str, Creator] = {"AWS::DynamoDB::Table": _table, "AWS::DynamoDB::GlobalTable": _table}
