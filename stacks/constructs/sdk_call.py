"""Calls of an AWS API at deployment, for what CloudFormation has no property or resource for."""

from collections.abc import Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import custom_resources as cr
from constructs import Construct

from stacks.acknowledgement import BASIC_ROLE, acknowledge
from stacks.config import StageConfig
from stacks.constructs.deployment_function import deployment_log, forbid_log_groups

SINGLETON = f"AWS{cr.AwsCustomResource.PROVIDER_FUNCTION_UUID.replace('-', '')}"


class SdkCall(Construct):
    """Calls an action when the resource is created and when its parameters change.

    The call may do this one action on these resources.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        service: str,
        action: str,
        parameters: Mapping[str, object],
        resources: list[str],
    ) -> None:
        super().__init__(scope, construct_id)
        call = cr.AwsCustomResource(
            self,
            "Call",
            # Without a call of its own, a creation makes the call of an update.
            on_update=cr.AwsSdkCall(
                service=service,
                action=action,
                parameters=dict(parameters),
                physical_resource_id=cr.PhysicalResourceId.of(construct_id),
                output_paths=[],
            ),
            policy=cr.AwsCustomResourcePolicy.from_sdk_calls(resources=resources),
            install_latest_aws_sdk=False,
            log_group=deployment_log(self, config=config),
        )
        finish_call(call)


class DeleteParameters(Construct):
    """Deletes SSM parameters that are written at run time, together with the stack that they describe."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, names: Sequence[str]
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        call = cr.AwsCustomResource(
            self,
            "Call",
            # It does not fail for a parameter that no training has written yet.
            on_delete=cr.AwsSdkCall(
                service="SSM",
                action="deleteParameters",
                parameters={"Names": list(names)},
                physical_resource_id=cr.PhysicalResourceId.of(construct_id),
            ),
            policy=cr.AwsCustomResourcePolicy.from_sdk_calls(
                resources=[
                    stack.format_arn(service="ssm", resource="parameter", resource_name=name.lstrip("/"))
                    for name in names
                ]
            ),
            install_latest_aws_sdk=False,
            log_group=deployment_log(self, config=config),
        )
        finish_call(call)


def finish_call(call: cr.AwsCustomResource) -> None:
    """Keep the function of the calls from creating log groups, and acknowledge that it is the CDK's."""
    forbid_log_groups(call.grant_principal)
    acknowledge(
        Stack.of(call).node.find_child(SINGLETON),
        BASIC_ROLE,
        "AwsSolutions-L1",
        reason="The CDK's own function for calls at deployment; it brings its role along.",
    )
