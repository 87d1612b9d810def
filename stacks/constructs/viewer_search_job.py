"""The Glue job that searches the objects of S3 for a viewer's records."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from domain.viewer_request import REQUESTS
from stacks.acknowledgement import ASSETS, acknowledge, acknowledge_objects
from stacks.constructs.dataset_jobs import shared_job_code
from stacks.constructs.job_security import JobSecurity
from stacks.errors import MissingArtifactError
from stacks.stage_inputs import StageInputs

SCRIPT = "glue_jobs/viewer_request_job.py"
TIMEOUT = Duration.hours(12)


class ViewerSearchJob(Construct):
    """Reads every object of some places, which are a bucket and a prefix by name, with all versions.

    A Glue job, because the objects of a year are more than a function can read in its quarter of an hour,
    and because the functions have no library for Parquet.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        places: Mapping[str, tuple[s3.IBucket, str]],
        privacy_bucket: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        script = stage.artifacts.root / SCRIPT
        if not script.is_file():
            raise MissingArtifactError(script, "it searches objects for a viewer's records")
        security = JobSecurity(self, "Security", config=stage.config)
        code = shared_job_code(self, stage.artifacts)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("glue.amazonaws.com"))
        code.grant_read(role)
        acknowledge(role, ASSETS, reason="The CDK grants read access to its whole asset bucket.")
        security.grant_use(role)
        self._grant_places(role, places)
        self._grant_request(role, privacy_bucket)
        prefix = f"/aws-glue/touchline-{stage.config.name}-privacy"
        security.create_logs(self, config=stage.config, role=role, prefix=prefix)
        self.job = glue.PySparkEtlJob(
            self,
            "Job",
            description="Exports or erases a viewer's records in S3",
            role=role,
            script=glue.Code.from_asset(str(script)),
            extra_python_files=[glue.Code.from_bucket(code.bucket, code.s3_object_key)],
            glue_version=glue.GlueVersion.V5_1,
            worker_configuration=glue.WorkerConfiguration(
                worker_type=glue.WorkerType.G_1X, number_of_workers=stage.config.glue_workers
            ),
            continuous_logging=glue.ContinuousLoggingProps(enabled=False),
            security_configuration=security.configuration,
            max_concurrent_runs=1,
            max_retries=0,  # the state machine reports the failure
            timeout=TIMEOUT,
            default_arguments={
                "--places": " ".join(
                    f"{name}={bucket.s3_url_for_object(f'{prefix}/')}"
                    for name, (bucket, prefix) in places.items()
                ),
                "--custom-logGroup-prefix": prefix,
            },
        )

    def _grant_places(self, role: iam.Role, places: Mapping[str, tuple[s3.IBucket, str]]) -> None:
        buckets = {bucket.bucket_arn: bucket for bucket, _ in places.values()}
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucketVersions", "s3:GetBucketVersioning"], resources=list(buckets)
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=[
                    *("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
                    *("s3:DeleteObject", "s3:DeleteObjectVersion"),
                ],
                resources=[bucket.arn_for_objects(f"{prefix}/*") for bucket, prefix in places.values()],
            )
        )
        for bucket, prefix in places.values():
            acknowledge_objects(
                role, bucket, f"{prefix}/", reason="Any object may hold the viewer's records."
            )

    def _grant_request(self, role: iam.Role, bucket: s3.IBucket) -> None:
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:PutObject"], resources=[bucket.arn_for_objects(f"{REQUESTS}/*")]
            )
        )
        acknowledge_objects(role, bucket, f"{REQUESTS}/", reason="Each request has a folder of its own.")
