"""Whom Personalize may be, and the role under which it reads the curated datasets."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.acknowledgement import acknowledge_objects


def personalize_of(scope: Construct) -> iam.IPrincipal:
    """Personalize on behalf of this account alone, so that nobody else can send it with our role.

    Source: https://docs.aws.amazon.com/personalize/latest/dg/cross-service-confused-deputy-prevention.html
    """
    stack = Stack.of(scope)
    arns = stack.format_arn(service="personalize", resource="*", arn_format=ArnFormat.NO_RESOURCE_NAME)
    return iam.ServicePrincipal(
        "personalize.amazonaws.com",
        conditions={
            "StringEquals": {"aws:SourceAccount": stack.account},
            "StringLike": {"aws:SourceArn": arns},
        },
    )


class DatasetReader(iam.Role):
    """May list the curated bucket and read what is under the datasets' prefix, and nothing else."""

    def __init__(self, scope: Construct, construct_id: str, *, bucket: s3.IBucket, prefix: str) -> None:
        super().__init__(scope, construct_id, assumed_by=personalize_of(scope))
        self.add_to_policy(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]))
        self.add_to_policy(
            iam.PolicyStatement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects(f"{prefix}/*")])
        )
        acknowledge_objects(self, bucket, f"{prefix}/", reason="Spark names the parts of a dataset itself.")
