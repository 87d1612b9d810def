"""How what the Glue jobs write beside their datasets is encrypted."""

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.acknowledgement import NO_RESOURCE_LEVEL, acknowledge, acknowledge_wildcards


class JobSecurity(Construct):
    """One key for the jobs' logs and bookmarks."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description="Encrypts the logs and bookmarks of the Glue jobs",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._let_logs_encrypt()
        self.configuration = glue.SecurityConfiguration(
            self,
            "Configuration",
            cloud_watch_encryption=glue.CloudWatchEncryption.kms(self.key),
            job_bookmarks_encryption=glue.JobBookmarksEncryption.client_side_kms(self.key),
            s3_encryption=glue.S3Encryption.s3_managed(),
        )
        # It has the stage's name: left behind, it would be in the next deployment's way.
        self.configuration.apply_removal_policy(RemovalPolicy.DESTROY)

    def grant_use(self, role: iam.IRole) -> None:
        """Let the jobs' role write encrypted logs and bookmarks, and metrics."""
        self.key.grant(role, "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
        # Beside the continuous log of our own, Glue writes to groups that it names itself.
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
            role, groups, reason="Glue names the groups of its drivers and executors itself."
        )
        acknowledge(role, "AwsSolutions-IAM5[Resource::*]", reason=NO_RESOURCE_LEVEL)

    def _let_logs_encrypt(self) -> None:
        # A log group is refused if its key does not let the service use it.
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
