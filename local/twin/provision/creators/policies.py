"""Policies of roles and of resources, which the twin enforces."""

import json
from collections.abc import Mapping
from typing import Any

from local.twin.permissions.managed_policies import managed_policy
from local.twin.permissions.policy import Statement, parse_policy
from local.twin.permissions.policy_store import owner_of
from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    put_again,
)


def put_role_policies(resource: Resource, context: ProvisionContext, role_arn: str) -> None:
    """Put the trust policy, the inline policies and the managed policies that a role declares."""
    properties, name = resource.properties, resource.policy_name
    trust = parse_policy(properties["AssumeRolePolicyDocument"], f"{name}/trust", resource=role_arn)
    context.policies.put_role(role_arn, trust)
    own: list[Statement] = []
    for inline in properties.get("Policies", ()):
        own += parse_policy(inline["PolicyDocument"], f"{name}/{inline['PolicyName']}")
    for arn in properties.get("ManagedPolicyArns", ()):
        if ":iam::aws:policy/" in arn:
            own += managed_policy(arn, name)
    context.policies.put_role_policy(role_arn, resource.name(), own)


def _role_policy(resource: Resource, context: ProvisionContext) -> Created:
    statements = parse_policy(resource.properties["PolicyDocument"], resource.policy_name)
    for role in resource.properties.get("Roles", ()):
        context.policies.put_role_policy(_role_arn(role, context), resource.name(), statements)
    physical = resource.name(resource.properties.get("ManagedPolicyName"))
    return Created(physical_id=context.iam_arn(f"policy/{physical}"))


def _role_arn(role_name: str, context: ProvisionContext) -> str:
    arn: str = context.client("iam").get_role(RoleName=role_name)["Role"]["Arn"]
    return arn


def _put(resource: Resource, context: ProvisionContext, arns: list[str]) -> Created:
    document = resource.properties.get("PolicyDocument") or resource.properties["ResourcePolicy"]
    statements = parse_policy(document, resource.policy_name)
    for arn in arns:
        context.policies.put_resource_policy(arn, resource.name(), statements)
    return Created(physical_id=resource.name())


def _queue_policy(resource: Resource, context: ProvisionContext) -> Created:
    policy = json.dumps(resource.properties["PolicyDocument"])
    for url in resource.properties["Queues"]:
        context.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return _put(resource, context, _owners(resource, context))


def _resource_policy(resource: Resource, context: ProvisionContext) -> Created:
    return _put(resource, context, _owners(resource, context))


def _owners(resource: Resource, context: ProvisionContext) -> list[str]:
    """Return the ARNs of the resources that a policy belongs to."""
    properties = resource.properties
    match resource.type:
        case "AWS::SQS::QueuePolicy":
            return [context.arn("sqs", url.rpartition("/")[2]) for url in properties["Queues"]]
        case "AWS::SNS::TopicPolicy":
            return list(properties["Topics"])
        case "AWS::S3::BucketPolicy":
            return [f"arn:aws:s3:::{properties['Bucket']}"]
        case "AWS::SecretsManager::ResourcePolicy":
            return [properties["SecretId"]]
        case _:
            return [_function_arn(resource, context)]


def _function_permission(resource: Resource, context: ProvisionContext) -> Created:
    """Add the statement that Lambda makes of a permission."""
    properties = resource.properties
    arn = _function_arn(resource, context)
    conditions: dict[str, dict[str, Any]] = {}
    if "SourceArn" in properties:
        conditions["ArnLike"] = {"AWS:SourceArn": properties["SourceArn"]}
    if "SourceAccount" in properties:
        conditions["StringEquals"] = {"AWS:SourceAccount": properties["SourceAccount"]}
    statement: Mapping[str, Any] = {
        "Effect": "Allow",
        "Action": properties["Action"],
        "Resource": arn,
        "Principal": _principal(properties["Principal"]),
        "Condition": conditions,
    }
    owner = owner_of(arn)
    statements = parse_policy({"Statement": statement}, resource.policy_name)
    context.policies.put_resource_policy(owner, resource.name(), statements)
    return Created(physical_id=resource.name())


def _function_arn(resource: Resource, context: ProvisionContext) -> str:
    name = resource.properties["FunctionName"]
    return name if name.startswith("arn:") else context.arn("lambda", f"function:{name}")


def _principal(name: str) -> dict[str, str]:
    return {"Service": name} if name.endswith(".amazonaws.com") else {"AWS": name}


CREATORS: dict[str, Creator] = {
    "AWS::IAM::Policy": _role_policy,
    "AWS::IAM::ManagedPolicy": _role_policy,
    "AWS::Lambda::Permission": _function_permission,
    "AWS::SNS::TopicPolicy": _resource_policy,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::S3::BucketPolicy": _resource_policy,
    "AWS::SecretsManager::ResourcePolicy": _resource_policy,
}


def _update_role_policy(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    created = _role_policy(resource, context)
    wanted = resource.properties.get("Roles", ())
    for role in deployed.resource.properties.get("Roles", ()):
        if role not in wanted:
            context.policies.remove_role_policy(_role_arn(role, context), deployed.resource.name())
    return created


def _update_resource_policy(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    created = CREATORS[resource.type](resource, context)
    for arn in set(_owners(deployed.resource, context)) - set(_owners(resource, context)):
        context.policies.remove_resource_policy(arn, deployed.resource.name())
    return created


def _delete_role_policy(deployed: Deployed, context: ProvisionContext) -> None:
    for role in deployed.resource.properties.get("Roles", ()):
        context.policies.remove_role_policy(_role_arn(role, context), deployed.resource.name())


def _delete_resource_policy(deployed: Deployed, context: ProvisionContext) -> None:
    for arn in _owners(deployed.resource, context):
        context.policies.remove_resource_policy(owner_of(arn), deployed.resource.name())


def _delete_queue_policy(deployed: Deployed, context: ProvisionContext) -> None:
    for url in deployed.resource.properties["Queues"]:
        context.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    _delete_resource_policy(deployed, context)


UPDATERS: dict[str, Updater] = {
    "AWS::IAM::Policy": _update_role_policy,
    "AWS::IAM::ManagedPolicy": _update_role_policy,
    "AWS::Lambda::Permission": put_again(_function_permission),
    "AWS::SNS::TopicPolicy": _update_resource_policy,
    "AWS::SQS::QueuePolicy": _update_resource_policy,
    "AWS::S3::BucketPolicy": _update_resource_policy,
    "AWS::SecretsManager::ResourcePolicy": _update_resource_policy,
}
DELETERS: dict[str, Deleter] = {
    "AWS::IAM::Policy": _delete_role_policy,
    "AWS::IAM::ManagedPolicy": _delete_role_policy,
    "AWS::Lambda::Permission": _delete_resource_policy,
    "AWS::SNS::TopicPolicy": _delete_resource_policy,
    "AWS::SQS::QueuePolicy": _delete_queue_policy,
    "AWS::S3::BucketPolicy": _delete_resource_policy,
    "AWS::SecretsManager::ResourcePolicy": _delete_resource_policy,
}
