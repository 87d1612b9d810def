"""The role under which Personalize reads the curated datasets."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.acknowledgement import acknowledge_objects


class DatasetReader(iam.Role):
    """May list the curated bucket and read what is under the datasets' prefix, and nothing else."""

    def __init__(self, scope: Construct, construct_id: str, *, bucket: s3.IBucket, prefix: str) -> None:
        super().__init__(scope, construct_id, assumed_by=iam.ServicePrincipal("personalize.amazonaws.com"))
        self.add_to_policy(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]))
        self.add_to_policy(
            iam.PolicyStatement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects(f"{prefix}/*")])
        )
        acknowledge_objects(self, bucket, f"{prefix}/", reason="Spark names the parts of a dataset itself.")
