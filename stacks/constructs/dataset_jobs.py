"""The Glue jobs that create the datasets of Personalize from the raw clickstream."""

from aws_cdk import Duration, IgnoreMode
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from domain.tombstone import ERASED
from stacks.acknowledgement import ASSETS, acknowledge, acknowledge_objects
from stacks.artifacts import Artifacts
from stacks.constructs.job_security import JobSecurity
from stacks.errors import MissingArtifactError
from stacks.exact_grants import grant_list, grant_objects
from stacks.object_prefixes import CATALOGUE, DATASETS, INTERACTIONS
from stacks.stage_inputs import StageInputs

DATASET_NAMES = ("interactions", "users", "items", "popularity")
DATASET_ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload")
"""Spark writes files in parts, reads what it wrote, and deletes its folder of temporary files."""
JOB_TIMEOUT = Duration.hours(2)


def shared_job_code(scope: Construct, artifacts: Artifacts) -> assets.Asset:
    """Return the code that the jobs share, as one asset."""
    return assets.Asset(
        scope,
        "SharedCode",
        path=str(artifacts.root),
        exclude=[
            *("*", "!glue_jobs", "!glue_jobs/**", "!domain", "!domain/**", "**/__pycache__"),
            "glue_jobs/*_job.py",
        ],
        ignore_mode=IgnoreMode.GIT,
    )


class DatasetJobs(Construct):
    """One PySpark job per dataset; each reads clickstream and catalogue and writes `datasets/<name>/`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        raw_bucket: s3.IBucket,
        curated_bucket: s3.IBucket,
        privacy_bucket: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = stage.config
        self._artifacts = stage.artifacts
        self._raw = raw_bucket
        self._curated = curated_bucket
        self._privacy = privacy_bucket
        self._security = JobSecurity(self, "Security", config=stage.config)
        self._shared_code = shared_job_code(self, stage.artifacts)
        self.role = self._grants()
        self._log_prefix = f"/aws-glue/touchline-{stage.config.name}"
        self._security.create_logs(self, config=stage.config, role=self.role, prefix=self._log_prefix)
        self.jobs: dict[str, glue.PySparkEtlJob] = {name: self._job(name) for name in DATASET_NAMES}

    def location(self, name: str) -> str:
        """Return the S3 URL of a dataset."""
        return self._curated.s3_url_for_object(f"{DATASETS}/{name}/")

    def _grants(self) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("glue.amazonaws.com"))
        grant_objects(self._raw, role, f"{INTERACTIONS}/")
        grant_objects(self._curated, role, f"{CATALOGUE}/")
        grant_objects(self._privacy, role, f"{ERASED}/")
        grant_objects(self._curated, role, f"{DATASETS}/", actions=DATASET_ACTIONS)
        for bucket in (self._raw, self._curated, self._privacy):
            grant_list(bucket, role, "s3:GetBucketLocation")
        self._shared_code.grant_read(role)
        self._security.grant_use(role)
        reason = "Spark and Firehose name the files of a dataset themselves."
        acknowledge_objects(role, self._raw, f"{INTERACTIONS}/", reason=reason)
        acknowledge_objects(role, self._privacy, f"{ERASED}/", reason="Each erased viewer has a tombstone.")
        acknowledge_objects(role, self._curated, f"{CATALOGUE}/", f"{DATASETS}/", reason=reason, write=True)
        acknowledge(role, ASSETS, reason="The CDK grants read access to its whole asset bucket.")
        return role

    def _job(self, name: str) -> glue.PySparkEtlJob:
        script = self._artifacts.root / "glue_jobs" / f"{name}_job.py"
        if not script.is_file():
            raise MissingArtifactError(script, f"it is the job of the dataset {name}")
        return glue.PySparkEtlJob(
            self,
            f"{name.capitalize()}Job",
            description=f"Raw clickstream to the {name} dataset",
            role=self.role,
            script=glue.Code.from_asset(str(script)),
            extra_python_files=[
                glue.Code.from_bucket(self._shared_code.bucket, self._shared_code.s3_object_key)
            ],
            glue_version=glue.GlueVersion.V5_1,
            worker_configuration=glue.WorkerConfiguration(
                worker_type=glue.WorkerType.G_1X, number_of_workers=self._config.glue_workers
            ),
            # Jobs of Glue 5.0 and later always log continuously, to groups named by --custom-logGroup-prefix.
            continuous_logging=glue.ContinuousLoggingProps(enabled=False),
            security_configuration=self._security.configuration,
            max_concurrent_runs=1,
            max_retries=0,  # the state machine reports the failure
            timeout=JOB_TIMEOUT,
            default_arguments={
                "--input": self._raw.s3_url_for_object(f"{INTERACTIONS}/"),
                "--catalogue": self._curated.s3_url_for_object(f"{CATALOGUE}/components.json"),
                "--erased": self._privacy.s3_url_for_object(f"{ERASED}/"),
                "--output": self.location(name),
                "--custom-logGroup-prefix": self._log_prefix,
                "--import_mode": "FULL",
                "--since": "always",
                "--until": "now",
            },
        )
