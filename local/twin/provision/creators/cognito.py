"""Cognito user pools, their clients, groups and resource servers."""

from collections.abc import Mapping
from typing import Any

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    unchanged,
)

_CLIENT_FIELDS = ("GenerateSecret", "ExplicitAuthFlows", "ReadAttributes", "WriteAttributes")


def _pool(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    request: dict[str, Any] = {"PoolName": resource.name(properties.get("UserPoolName"))}
    if properties.get("Schema"):
        request["Schema"] = [_attribute(each) for each in properties["Schema"]]
    if properties.get("Policies"):
        request["Policies"] = {"PasswordPolicy": _password_policy(properties["Policies"]["PasswordPolicy"])}
    cognito = context.client("cognito-idp")
    pool = cognito.create_user_pool(**request)["UserPool"]
    if "SOFTWARE_TOKEN_MFA" in properties.get("EnabledMfas", ()):
        _ask_for_authenticators(cognito, pool["Id"], properties)
    provider = f"cognito-idp.{context.endpoint.region}.amazonaws.com/{pool['Id']}"
    attributes = {
        "Arn": pool["Arn"],
        "ProviderName": provider,
        "ProviderURL": f"https://{provider}",
        "UserPoolId": pool["Id"],
    }
    return Created(physical_id=pool["Id"], attributes=attributes)


def _ask_for_authenticators(cognito: Any, pool_id: str, properties: Mapping[str, Any]) -> None:
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool_id,
        SoftwareTokenMfaConfiguration={"Enabled": "SOFTWARE_TOKEN_MFA" in properties.get("EnabledMfas", ())},
        MfaConfiguration=properties.get("MfaConfiguration", "OFF"),
    )


def _password_policy(declared: dict[str, Any]) -> dict[str, Any]:
    return {
        name: int(value) if name.endswith(("Length", "Days")) else str(value).lower() == "true"
        for name, value in declared.items()
    }


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


def _update_pool(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    """Change the password policy, the second factor and new attributes; users and tokens stay."""
    cognito, properties, before = (
        context.client("cognito-idp"),
        resource.properties,
        deployed.resource.properties,
    )
    pool_id = deployed.created.physical_id
    if properties.get("Policies") != before.get("Policies") and properties.get("Policies"):
        policy = _password_policy(properties["Policies"]["PasswordPolicy"])
        cognito.update_user_pool(UserPoolId=pool_id, Policies={"PasswordPolicy": policy})
    if any(properties.get(name) != before.get(name) for name in ("EnabledMfas", "MfaConfiguration")):
        _ask_for_authenticators(cognito, pool_id, properties)
    known = [each["Name"] for each in before.get("Schema", ())]
    added = [_attribute(each) for each in properties.get("Schema", ()) if each["Name"] not in known]
    if added:
        cognito.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=added)
    return deployed.created


def _update_client(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    context.client("cognito-idp").update_user_pool_client(
        UserPoolId=properties["UserPoolId"],
        ClientId=deployed.created.physical_id,
        **{field: properties[field] for field in _CLIENT_FIELDS[1:] if field in properties},
    )
    return deployed.created


def _delete_pool(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("cognito-idp").delete_user_pool(UserPoolId=deployed.created.physical_id)


def _delete_client(deployed: Deployed, context: ProvisionContext) -> None:
    pool_id = deployed.resource.properties["UserPoolId"]
    context.client("cognito-idp").delete_user_pool_client(
        UserPoolId=pool_id, ClientId=deployed.created.physical_id
    )


def _delete_group(deployed: Deployed, context: ProvisionContext) -> None:
    pool_id = deployed.resource.properties["UserPoolId"]
    context.client("cognito-idp").delete_group(UserPoolId=pool_id, GroupName=deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {
    "AWS::Cognito::UserPool": _update_pool,
    "AWS::Cognito::UserPoolClient": _update_client,
    "AWS::Cognito::UserPoolGroup": unchanged,
}
DELETERS: dict[str, Deleter] = {
    "AWS::Cognito::UserPool": _delete_pool,
    "AWS::Cognito::UserPoolClient": _delete_client,
    "AWS::Cognito::UserPoolGroup": _delete_group,
}
