"""The encryption of the Glue jobs' logs and bookmarks."""

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.acknowledgement import ANY_RESOURCE, NO_RESOURCE_LEVEL, acknowledge, acknowledge_wildcards
from stacks.config import StageConfig
from stacks.constructs.log_group import StageLogGroup


class JobSecurity(Construct):
    """A Glue security configuration with one KMS key for logs and bookmarks."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description="Encrypts the logs and bookmarks of the Glue jobs",
            enable_key_rotation=True,
            # Logs that outlive the stack cannot be read without it.
            removal_policy=config.removal_policy,
        )
        self._grant_log_encryption()
        self.configuration = glue.SecurityConfiguration(
            self,
            "Configuration",
            cloud_watch_encryption=glue.CloudWatchEncryption.kms(self.key),
            job_bookmarks_encryption=glue.JobBookmarksEncryption.client_side_kms(self.key),
            s3_encryption=glue.S3Encryption.s3_managed(),
        )
        # A retained configuration would collide with that of the next deployment, which has the same name.
        self.configuration.apply_removal_policy(RemovalPolicy.DESTROY)

    def create_logs(self, scope: Construct, *, config: StageConfig, role: iam.IRole, prefix: str) -> None:
        """Create the log groups that Glue uses with this configuration, to set their retention."""
        name = f"{prefix}/{self.configuration.security_configuration_name}-role/{role.role_name}"
        for stream in ("error", "output"):
            StageLogGroup(
                scope,
                f"{stream.capitalize()}Log",
                config=config,
                key=self.key,
                name=f"{name}/{stream}",
            )

    def grant_use(self, role: iam.IRole) -> None:
        """Grant a role the right to write encrypted logs and bookmarks, and metrics."""
        self.key.grant(role, "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
        # Glue also writes to log groups that it names itself.
        groups = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name="/aws-glue/*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=[
                    "logs:CreateLogGroup",
                    "logs:CreateLogStream",
                    "logs:PutLogEvents",
                    "logs:AssociateKmsKey",
                ],
                resources=[groups],
            )
        )
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": "Glue"}},
            )
        )
        acknowledge_wildcards(
            role, groups, reason="Glue names the log groups of drivers and executors itself."
        )
        acknowledge(role, ANY_RESOURCE, reason=NO_RESOURCE_LEVEL)

    def _grant_log_encryption(self) -> None:
        # CloudWatch Logs refuses a log group whose key it may not use.
        region = Stack.of(self).region
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(f"logs.{region}.amazonaws.com")],
                actions=[
                    *("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*"),
                    *("kms:GenerateDataKey*", "kms:Describe*"),
                ],
                resources=["*"],
                conditions={
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": Stack.of(self).format_arn(
                            service="logs",
                            resource="log-group",
                            resource_name="*",
                            arn_format=ArnFormat.COLON_RESOURCE_NAME,
                        )
                    }
                },
            )
        )
