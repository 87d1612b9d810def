"""A Lambda function of Touchline: the shared code, the shared layer, and what every function has."""

from aws_cdk import Duration, IgnoreMode
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from domain.metrics import NAMESPACE
from stacks.acknowledgement import NO_RESOURCE_LEVEL, acknowledge
from stacks.artifacts import Artifacts
from stacks.config import StageConfig
from stacks.constructs.log_group import StageLogGroup
from stacks.packaging.layer import layer_fingerprint

RUNTIME = lambda_.Runtime.PYTHON_3_11
ARCHITECTURE = lambda_.Architecture.ARM_64


class FunctionCode(Construct):
    """The code that all functions of one stack run: the folders `lambdas/` and `domain/`, and one layer.

    Each stack has a layer version of its own over the same file: an export of a layer could never be updated.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, artifacts: Artifacts
    ) -> None:
        super().__init__(scope, construct_id)
        self.config = config
        self.code = lambda_.Code.from_asset(
            str(artifacts.root),
            exclude=["*", "!lambdas", "!lambdas/**", "!domain", "!domain/**", "**/__pycache__"],
            ignore_mode=IgnoreMode.GIT,
        )
        self.layer = lambda_.LayerVersion(
            self,
            "ThirdParty",
            code=lambda_.Code.from_asset(str(artifacts.layer), asset_hash=layer_fingerprint()),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            description="Third-party code of Touchline's functions",
        )


class TouchlineFunction(lambda_.Function):
    """`lambdas.handlers.<name>.handler` on arm64, traced, with a log group that expires."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: FunctionCode,
        module: str,
        description: str,
        environment: dict[str, str] | None = None,
        timeout: Duration | None = None,
        memory_megabytes: int = 512,
        reserved_concurrency: int | None = None,
    ) -> None:
        config = code.config
        log_group = StageLogGroup(scope, f"{construct_id}Log", config=config)
        role = iam.Role(scope, f"{construct_id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        super().__init__(
            scope,
            construct_id,
            description=description,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=code.code,
            layers=[code.layer],
            handler=f"lambdas.handlers.{module}.handler",
            memory_size=memory_megabytes,
            timeout=timeout or Duration.seconds(10),
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=reserved_concurrency,
            role=role,
            log_group=log_group,
            environment={
                "POWERTOOLS_SERVICE_NAME": module,
                "POWERTOOLS_METRICS_NAMESPACE": NAMESPACE,
                "POWERTOOLS_LOG_LEVEL": config.log_level,
                **(environment or {}),
            },
        )
        acknowledge(
            self,
            "AwsSolutions-L1",
            reason="The code is shared with Glue and Flink, which run Python 3.11.",
        )
        # Tracing. Tests hold the few other actions that know no resources to a list.
        acknowledge(role, "AwsSolutions-IAM5[Resource::*]", reason=NO_RESOURCE_LEVEL)
