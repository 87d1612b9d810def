"""The CDK's own functions, which run at deployment only: their logs and what they may not do."""

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import custom_resources as cr
from constructs import Construct

from stacks.acknowledgement import BASIC_ROLE, acknowledge, acknowledge_wildcards
from stacks.config import StageConfig
from stacks.constructs.log_group import StageLogGroup

AUTO_DELETE_OBJECTS = "Custom::S3AutoDeleteObjectsCustomResourceProvider"
NO_LOG_GROUPS = {"Effect": "Deny", "Action": "logs:CreateLogGroup", "Resource": "*"}
"""A function writes its last lines after its log group is deleted, and would create the group again."""


def deployment_log(scope: Construct, *, config: StageConfig) -> StageLogGroup:
    """Return the log group of a stack's functions of the CDK."""
    stack = Stack.of(scope)
    found = stack.node.try_find_child("DeploymentLog")
    return found if isinstance(found, StageLogGroup) else StageLogGroup(stack, "DeploymentLog", config=config)


def deployment_provider(
    scope: Construct, construct_id: str, *, function: lambda_.Function, config: StageConfig
) -> cr.Provider:
    """Return the CDK's provider of custom resources over a function that handles their events."""
    provider = cr.Provider(
        scope,
        construct_id,
        on_event_handler=function,
        log_group=deployment_log(scope, config=config),
    )
    framework = provider.node.find_child("framework-onEvent")
    assert isinstance(framework, lambda_.Function)
    assert framework.role
    forbid_log_groups(framework.role)
    acknowledge_wildcards(
        provider, f"{function.function_arn}:*", reason="The provider calls the function's versions."
    )
    acknowledge(
        provider, BASIC_ROLE, "AwsSolutions-L1", reason="The CDK provides this function and its role."
    )
    return provider


def forbid_log_groups(principal: iam.IPrincipal) -> None:
    """Keep a function from creating log groups, which would outlive its stack."""
    principal.add_to_principal_policy(iam.PolicyStatement.from_json(NO_LOG_GROUPS))


def give_log_to_object_deletion(scope: Construct, *, config: StageConfig) -> None:
    """Give a log group to the function that empties the buckets of a stack; it takes none by itself."""
    provider = Stack.of(scope).node.find_child(AUTO_DELETE_OBJECTS)
    function, role = provider.node.find_child("Handler"), provider.node.find_child("Role")
    assert isinstance(function, CfnResource)
    assert isinstance(role, CfnResource)
    log_group = deployment_log(scope, config=config)
    function.add_property_override("LoggingConfig", {"LogGroup": log_group.log_group_name})
    document = {"Version": "2012-10-17", "Statement": [NO_LOG_GROUPS]}
    role.add_property_override("Policies", [{"PolicyName": "NoLogGroups", "PolicyDocument": document}])
