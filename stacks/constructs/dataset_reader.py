"""The role with which Personalize reads the curated datasets."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.acknowledgement import acknowledge_objects
from stacks.personalize_principal import personalize_principal


class DatasetReader(iam.Role):
    """May list the bucket and read the objects with the prefix."""

    def __init__(self, scope: Construct, construct_id: str, *, bucket: s3.IBucket, prefix: str) -> None:
        super().__init__(scope, construct_id, assumed_by=personalize_principal(scope))
        self.add_to_policy(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]))
        self.add_to_policy(
            iam.PolicyStatement(actions=["s3:GetObject"], resources=[bucket.arn_for_objects(f"{prefix}/*")])
        )
        acknowledge_objects(self, bucket, f"{prefix}/", reason="Spark names the files of a dataset itself.")
