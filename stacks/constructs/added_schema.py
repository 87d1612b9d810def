"""A schema that gives a dataset more columns."""

from aws_cdk import Stack
from aws_cdk import custom_resources as cr
from constructs import Construct

from stacks.config import StageConfig
from stacks.constructs.deployment_function import deployment_log
from stacks.constructs.sdk_call import finish_call
from stacks.names import schema_arn


class AddedSchema(Construct):
    """Created by a call that accepts a schema that exists.

    A dataset never loses a column, so its schema stays in use when a deployment is rolled back or a column is
    taken out of the configuration. A resource of CloudFormation would be in the way of the next attempt.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, name: str, avro: str
    ) -> None:
        super().__init__(scope, construct_id)
        self.arn = schema_arn(Stack.of(self), name)
        call = cr.AwsCustomResource(
            self,
            "Call",
            on_create=cr.AwsSdkCall(
                service="Personalize",
                action="createSchema",
                parameters={"name": name, "schema": avro},
                physical_resource_id=cr.PhysicalResourceId.of(construct_id),
                ignore_error_codes_matching="ResourceAlreadyExistsException",
                output_paths=[],
            ),
            on_delete=None if config.retain_data else self._deletion(construct_id),
            policy=cr.AwsCustomResourcePolicy.from_sdk_calls(resources=[self.arn]),
            install_latest_aws_sdk=False,
            log_group=deployment_log(self, config=config),
        )
        finish_call(call)

    def _deletion(self, construct_id: str) -> cr.AwsSdkCall:
        return cr.AwsSdkCall(
            service="Personalize",
            action="deleteSchema",
            parameters={"schemaArn": self.arn},
            physical_resource_id=cr.PhysicalResourceId.of(construct_id),
            # It stays while a dataset uses it.
            ignore_error_codes_matching="ResourceInUseException|ResourceNotFoundException",
            output_paths=[],
        )
