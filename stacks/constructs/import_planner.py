"""The function that plans imports by the sizes of files."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.function_factory import FunctionFactory
from stacks.object_prefixes import DATASETS, INTERACTIONS

DATASET = f"{DATASETS}/interactions/"


class ImportPlanner(Construct):
    """Lists the raw clickstream and the dataset of interactions; it reads no object."""

    def __init__(self, scope: Construct, construct_id: str, *, functions: FunctionFactory) -> None:
        super().__init__(scope, construct_id)
        raw, curated = functions.data.raw_bucket, functions.data.curated_bucket
        self.function = functions.create(
            self,
            "PlanImport",
            module="plan_import",
            description="Plans the imports of a training, and checks their sizes",
            # S3 lists a thousand files a page, so the files of a year take a minute or two.
            timeout=Duration.minutes(10),
            environment={
                "RAW_BUCKET_NAME": raw.bucket_name,
                "CLICKSTREAM_PREFIX": f"{INTERACTIONS}/",
                "CURATED_BUCKET_NAME": curated.bucket_name,
                "DATASET_PREFIX": DATASET,
            },
        )
        for actions, bucket in (
            (("s3:ListBucket", "s3:ListBucketMultipartUploads"), raw),
            (("s3:ListBucket",), curated),
        ):
            self.function.add_to_role_policy(
                iam.PolicyStatement(actions=list(actions), resources=[bucket.bucket_arn])
            )
