"""Cognito user pools, their clients, groups and resource servers."""

from typing import Any

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource

_CLIENT_FIELDS = ("GenerateSecret", "ExplicitAuthFlows", "ReadAttributes", "WriteAttributes")


def _pool(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    request: dict[str, Any] = {"PoolName": resource.name(properties.get("UserPoolName"))}
    if properties.get("Schema"):
        request["Schema"] = [_attribute(each) for each in properties["Schema"]]
    pool = context.client("cognito-idp").create_user_pool(**request)["UserPool"]
    provider = f"cognito-idp.{context.endpoint.region}.amazonaws.com/{pool['Id']}"
    attributes = {
        "Arn": pool["Arn"],
        "ProviderName": provider,
        "ProviderURL": f"https://{provider}",
        "UserPoolId": pool["Id"],
    }
    return Created(physical_id=pool["Id"], attributes=attributes)


def _attribute(declared: dict[str, Any]) -> dict[str, Any]:
    attribute = dict(declared)
    for field in ("Mutable", "Required", "DeveloperOnlyAttribute"):
        if field in attribute:
            attribute[field] = str(attribute[field]).lower() == "true"
    for limits in ("NumberAttributeConstraints", "StringAttributeConstraints"):
        if limits in attribute:
            attribute[limits] = {name: str(value) for name, value in attribute[limits].items()}
    return attribute


def _client(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    request = {field: properties[field] for field in _CLIENT_FIELDS if field in properties}
    answer = context.client("cognito-idp").create_user_pool_client(
        UserPoolId=properties["UserPoolId"],
        ClientName=resource.name(properties.get("ClientName"), longest=128),
        **request,
    )
    client_id = answer["UserPoolClient"]["ClientId"]
    return Created(physical_id=client_id, attributes={"ClientId": client_id})


def _group(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    name = resource.name(properties.get("GroupName"))
    context.client("cognito-idp").create_group(UserPoolId=properties["UserPoolId"], GroupName=name)
    return Created(physical_id=name)


def _resource_server(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    context.client("cognito-idp").create_resource_server(
        UserPoolId=properties["UserPoolId"],
        Identifier=properties["Identifier"],
        Name=properties["Name"],
        Scopes=properties.get("Scopes", []),
    )
    return Created(physical_id=properties["Identifier"])


CREATORS: dict[str, Creator] = {
    "AWS::Cognito::UserPool": _pool,
    "AWS::Cognito::UserPoolClient": _client,
    "AWS::Cognito::UserPoolGroup": _group,
    "AWS::Cognito::UserPoolResourceServer": _resource_server,
}
