"""A topic whose messages are encrypted with a key of its own."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

# "Adding the aws:SourceAccount, aws:SourceArn, and aws:SourceOrgID to a AWS KMS policy is not supported for
# EventBridge-to-encrypted topics": https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
WITHOUT_SOURCE = "events.amazonaws.com"


class EncryptedTopic(Construct):
    """An SNS topic over TLS alone; `services` are those of AWS that publish to it, for this account alone."""

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
            ours = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
            principal = iam.ServicePrincipal(service, conditions=None if service == WITHOUT_SOURCE else ours)
            self.key.grant(principal, "kms:Decrypt", "kms:GenerateDataKey")
            self.topic.grant_publish(principal)

    def grant_publish(self, grantee: iam.IGrantable) -> None:
        """Let it publish, which takes the key as well as the topic."""
        iam.Grant.add_to_principal(
            grantee=grantee, actions=["sns:Publish"], resource_arns=[self.topic.topic_arn]
        )
        self.key.grant(grantee, "kms:Decrypt", "kms:GenerateDataKey")
