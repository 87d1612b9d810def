"""The service principal of Personalize, and its role to read the curated datasets."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.acknowledgement import acknowledge_objects


def personalize_of(scope: Construct) -> iam.IPrincipal:
    """Return Personalize's principal for this account only, against the confused deputy problem.

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
    """A role that lists the curated bucket and reads the datasets' prefix."""

    def __init__(self, scope: Construct, construct_id: str, *, bucket: s3.IBucket, prefix: str) -> None:
        super().__init__(scope, construct_id, assumed_by=personalize_of(scope))
        self.add_to_policy(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]))
        self.add_to_policy(
            iam.PolicyStatement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects(f"{prefix}/*")])
        )
        acknowledge_objects(
            self, bucket, f"{prefix}/", reason="Spark chooses the names of the parts of a dataset."
        )
