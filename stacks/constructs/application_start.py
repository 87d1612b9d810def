"""The start of the Flink application: CloudFormation creates and updates it, but never starts it."""

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs.deployment_function import deployment_provider
from stacks.constructs.flink_application import FlinkApplication
from stacks.function_factory import FunctionFactory


class ApplicationStart(Construct):
    """Starts an application after every change of it, and fails the deployment if it does not run.

    A start takes one to three minutes, so the function waits for its end. The resource carries the
    application's configuration, and with it the address of the code: CloudFormation updates the resource when
    either changes.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        application: FlinkApplication,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        function = functions.create(
            self,
            "Function",
            module="start_application",
            description="Starts the Flink application after a deployment",
            timeout=Duration.minutes(15),
        )
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=[
                    "kinesisanalytics:DescribeApplication",
                    "kinesisanalytics:DescribeApplicationOperation",
                    "kinesisanalytics:StartApplication",
                ],
                resources=[
                    stack.format_arn(
                        service="kinesisanalytics", resource="application", resource_name=application.name
                    )
                ],
            )
        )
        provider = deployment_provider(self, "Provider", function=function, config=functions.config)
        resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::FlinkApplicationStart",
            service_token=provider.service_token,
            properties={
                "ApplicationName": application.name,
                "Configuration": stack.to_json_string(application.application.application_configuration),
            },
        )
        resource.node.add_dependency(application)
