"""Creates the Lambda functions of one stack."""

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from domain.metrics import namespace_of
from stacks.acknowledgement import ANY_RESOURCE, NO_RESOURCE_LEVEL, acknowledge
from stacks.config import StageConfig
from stacks.constructs.function_code import ARCHITECTURE, RUNTIME, FunctionCode
from stacks.constructs.log_group import StageLogGroup
from stacks.data_stack import DataStack

DEFAULT_TIMEOUT = Duration.seconds(10)
DEFAULT_MEMORY_MEGABYTES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFactory:
    """Creates functions with the code of one stack, for use with the stage's data."""

    code: FunctionCode
    data: DataStack

    @property
    def config(self) -> StageConfig:
        """The configuration of the stage."""
        return self.code.config

    def create(
        self,
        scope: Construct,
        construct_id: str,
        *,
        module: str,
        description: str,
        environment: dict[str, str] | None = None,
        timeout: Duration = DEFAULT_TIMEOUT,
        memory_megabytes: int = DEFAULT_MEMORY_MEGABYTES,
        reserved_concurrency: int | None = None,
    ) -> lambda_.Function:
        """Create a function that runs `lambdas.handlers.<module>.handler` with its own role and log group."""
        log_group = StageLogGroup(scope, f"{construct_id}Log", config=self.config)
        role = iam.Role(scope, f"{construct_id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        function = lambda_.Function(
            scope,
            construct_id,
            description=description,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=self.code.code,
            layers=[self.code.layer],
            handler=f"lambdas.handlers.{module}.handler",
            memory_size=memory_megabytes,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=reserved_concurrency,
            role=role,
            log_group=log_group,
            environment={
                "POWERTOOLS_SERVICE_NAME": module,
                "POWERTOOLS_METRICS_NAMESPACE": namespace_of(self.config.name),
                "POWERTOOLS_LOG_LEVEL": self.config.log_level,
                **(environment or {}),
            },
        )
        acknowledge(
            function,
            "AwsSolutions-L1",
            reason="Glue and Flink run Python 3.11, and the functions share code with them.",
        )
        # Tracing needs this. A test lists all other actions without resource-level permissions.
        acknowledge(role, ANY_RESOURCE, reason=NO_RESOURCE_LEVEL)
        return function
