"""IAM roles, KMS keys, secrets and SSM parameters."""

import json
import secrets
import string
from typing import Any

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource


def _role(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    name = resource.name(properties.get("RoleName"))
    role = context.client("iam").create_role(
        RoleName=name,
        Path=properties.get("Path", "/"),
        AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
    )["Role"]
    return Created(physical_id=name, attributes={"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _key(resource: Resource, context: ProvisionContext) -> Created:
    key = context.client("kms").create_key(Description=resource.logical_id)["KeyMetadata"]
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


def _parameter(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    name = properties.get("Name") or "/" + resource.name()
    kind = properties.get("Type", "String")
    context.client("ssm").put_parameter(Name=name, Type=kind, Value=properties["Value"], Overwrite=True)
    return Created(physical_id=name, attributes={"Type": kind, "Value": properties["Value"]})


CREATORS: dict[str, Creator] = {
    "AWS::IAM::Role": _role,
    "AWS::KMS::Key": _key,
    "AWS::KMS::Alias": _key_alias,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SSM::Parameter": _parameter,
}
