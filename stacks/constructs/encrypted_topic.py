"""An SNS topic with its own encryption key."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

# "Adding the aws:SourceAccount, aws:SourceArn, and aws:SourceOrgID to a AWS KMS policy is not supported for
# EventBridge-to-encrypted topics": https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
WITHOUT_SOURCE_CONDITION = "events.amazonaws.com"


class EncryptedTopic(Construct):
    """A topic that requires TLS; the AWS `services` may publish to it on behalf of this account only."""

    def __init__(self, scope: Construct, construct_id: str, *, services: tuple[str, ...] = ()) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description=f"Encrypts the topic {construct_id}",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.topic = sns.Topic(self, "Topic", master_key=self.key, enforce_ssl=True)
        for service in services:
            this_account = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
            principal = iam.ServicePrincipal(
                service, conditions=None if service == WITHOUT_SOURCE_CONDITION else this_account
            )
            self.key.grant(principal, "kms:Decrypt", "kms:GenerateDataKey")
            self.topic.grant_publish(principal)

    def grant_publish(self, grantee: iam.IGrantable) -> None:
        """Grant the right to publish, which includes the use of the key."""
        iam.Grant.add_to_principal(
            grantee=grantee, actions=["sns:Publish"], resource_arns=[self.topic.topic_arn]
        )
        self.key.grant(grantee, "kms:Decrypt", "kms:GenerateDataKey")
