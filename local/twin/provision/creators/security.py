"""IAM roles, KMS keys, secrets and SSM parameters."""

import json
import secrets
import string
from typing import Any

from local.twin.permissions.policy import parse_policy
from local.twin.provision.creators.policies import put_role_policies
from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
)


def _role(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    name = resource.name(properties.get("RoleName"))
    role = context.client("iam").create_role(
        RoleName=name,
        Path=properties.get("Path", "/"),
        AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
    )["Role"]
    put_role_policies(resource, context, role["Arn"])
    return Created(physical_id=name, attributes={"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _key(resource: Resource, context: ProvisionContext) -> Created:
    key = context.client("kms").create_key(Description=resource.logical_id)["KeyMetadata"]
    statements = parse_policy(resource.properties["KeyPolicy"], resource.policy_name)
    context.policies.put_resource_policy(key["Arn"], resource.name(), statements)
    return Created(physical_id=key["KeyId"], attributes={"Arn": key["Arn"], "KeyId": key["KeyId"]})


def _key_alias(resource: Resource, context: ProvisionContext) -> Created:
    name, target = resource.properties["AliasName"], resource.properties["TargetKeyId"]
    context.client("kms").create_alias(AliasName=name, TargetKeyId=target.rpartition("/")[2])
    return Created(physical_id=name)


def _secret(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    name = resource.name(properties.get("Name"))
    value = properties.get("SecretString") or _generated(properties.get("GenerateSecretString") or {})
    arn = context.client("secretsmanager").create_secret(Name=name, SecretString=value)["ARN"]
    return Created(physical_id=arn, attributes={"Id": arn, "Arn": arn})


def _generated(settings: dict[str, Any]) -> str:
    characters = string.ascii_letters + string.digits
    if str(settings.get("ExcludePunctuation", False)).lower() != "true":
        characters += "".join(
            set("!#$%&()*+,-./:;<=>?@[]^_{|}~") - set(settings.get("ExcludeCharacters", ""))
        )
    length = int(settings.get("PasswordLength", 32))
    password = "".join(secrets.choice(characters) for _ in range(length))
    if "GenerateStringKey" not in settings:
        return password
    template = json.loads(settings.get("SecretStringTemplate", "{}"))
    return json.dumps({**template, settings["GenerateStringKey"]: password})


def _parameter(resource: Resource, context: ProvisionContext, *, overwrite: bool = False) -> Created:
    properties = resource.properties
    name = properties.get("Name") or "/" + resource.name()
    kind = properties.get("Type", "String")
    context.client("ssm").put_parameter(Name=name, Type=kind, Value=properties["Value"], Overwrite=overwrite)
    return Created(physical_id=name, attributes={"Type": kind, "Value": properties["Value"]})


CREATORS: dict[str, Creator] = {
    "AWS::IAM::Role": _role,
    "AWS::KMS::Key": _key,
    "AWS::KMS::Alias": _key_alias,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SSM::Parameter": _parameter,
}


def _update_role(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    trust = json.dumps(resource.properties["AssumeRolePolicyDocument"])
    context.client("iam").update_assume_role_policy(
        RoleName=deployed.created.physical_id, PolicyDocument=trust
    )
    put_role_policies(resource, context, deployed.created.attributes["Arn"])
    return deployed.created


def _update_key(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    statements = parse_policy(resource.properties["KeyPolicy"], resource.policy_name)
    context.policies.put_resource_policy(deployed.created.attributes["Arn"], resource.name(), statements)
    return deployed.created


def _update_key_alias(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    target = resource.properties["TargetKeyId"].rpartition("/")[2]
    context.client("kms").update_alias(AliasName=deployed.created.physical_id, TargetKeyId=target)
    return deployed.created


def _update_secret(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    """Change the value that a template has; a generated one stays."""
    value = resource.properties.get("SecretString")
    if value is not None and value != deployed.resource.properties.get("SecretString"):
        context.client("secretsmanager").update_secret(
            SecretId=deployed.created.physical_id, SecretString=value
        )
    return deployed.created


def _update_parameter(_deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    return _parameter(resource, context, overwrite=True)


def _delete_role(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("iam").delete_role(RoleName=deployed.created.physical_id)
    context.policies.remove_role(deployed.created.attributes["Arn"])


def _delete_key(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("kms").schedule_key_deletion(KeyId=deployed.created.physical_id)


def _delete_key_alias(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("kms").delete_alias(AliasName=deployed.created.physical_id)


def _delete_secret(deployed: Deployed, context: ProvisionContext) -> None:
    secret_id = deployed.created.physical_id
    context.client("secretsmanager").delete_secret(SecretId=secret_id, ForceDeleteWithoutRecovery=True)


def _delete_parameter(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("ssm").delete_parameter(Name=deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {
    "AWS::IAM::Role": _update_role,
    "AWS::KMS::Key": _update_key,
    "AWS::KMS::Alias": _update_key_alias,
    "AWS::SecretsManager::Secret": _update_secret,
    "AWS::SSM::Parameter": _update_parameter,
}
DELETERS: dict[str, Deleter] = {
    "AWS::IAM::Role": _delete_role,
    "AWS::KMS::Key": _delete_key,
    "AWS::KMS::Alias": _delete_key_alias,
    "AWS::SecretsManager::Secret": _delete_secret,
    "AWS::SSM::Parameter": _delete_parameter,
}
