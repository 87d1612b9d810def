"""A call of an AWS API at deployment, for a setting that CloudFormation has no property for."""

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import custom_resources as cr
from constructs import Construct

from stacks.acknowledgement import BASIC_ROLE, acknowledge

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
        service: str,
        action: str,
        parameters: Mapping[str, object],
        resources: list[str],
    ) -> None:
        super().__init__(scope, construct_id)
        cr.AwsCustomResource(
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
        )
        handler = Stack.of(self).node.find_child(SINGLETON)
        acknowledge(
            handler,
            BASIC_ROLE,
            "AwsSolutions-L1",
            reason="The CDK's own function for calls at deployment; it brings its role along.",
        )
