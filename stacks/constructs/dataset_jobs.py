"""The Glue jobs that create the datasets of Personalize from the raw clickstream."""

from aws_cdk import Duration, IgnoreMode
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from stacks.acknowledgement import ASSETS, acknowledge, acknowledge_objects
from stacks.constructs.job_security import JobSecurity
from stacks.constructs.log_group import StageLogGroup
from stacks.errors import MissingArtifactError
from stacks.object_prefixes import CATALOGUE, DATASETS, INTERACTIONS
from stacks.stage_inputs import StageInputs

DATASET_NAMES = ("interactions", "users", "items", "popularity")

JOB_TIMEOUT = Duration.hours(2)


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
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = stage.config
        self._artifacts = stage.artifacts
        self._raw = raw_bucket
        self._curated = curated_bucket
        self._security = JobSecurity(self, "Security")
        self._shared_code = assets.Asset(
            self,
            "SharedCode",
            path=str(stage.artifacts.root),
            exclude=[
                *("*", "!glue_jobs", "!glue_jobs/**", "!domain", "!domain/**", "**/__pycache__"),
                "glue_jobs/*_job.py",
            ],
            ignore_mode=IgnoreMode.GIT,
        )
        self.role = self._grants()
        self._log_prefix = f"/aws-glue/touchline-{stage.config.name}"
        for stream in ("error", "output"):
            # The names that Glue uses with a security configuration; created here to set the retention.
            configuration = self._security.configuration.security_configuration_name
            StageLogGroup(
                self,
                f"{stream.capitalize()}Log",
                config=stage.config,
                key=self._security.key,
                name=f"{self._log_prefix}/{configuration}-role/{self.role.role_name}/{stream}",
            )
        self.jobs: dict[str, glue.PySparkEtlJob] = {name: self._job(name) for name in DATASET_NAMES}

    def location(self, name: str) -> str:
        """Return the S3 URL of a dataset."""
        return self._curated.s3_url_for_object(f"{DATASETS}/{name}/")

    def _grants(self) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("glue.amazonaws.com"))
        self._raw.grant_read(role, f"{INTERACTIONS}/*")
        self._curated.grant_read(role, f"{CATALOGUE}/*")
        self._curated.grant_read_write(role, f"{DATASETS}/*")
        self._curated.grant_delete(role, f"{DATASETS}/*")
        self._shared_code.grant_read(role)
        self._security.grant_use(role)
        reason = "Spark and Firehose name the files of a dataset themselves."
        acknowledge_objects(role, self._raw, f"{INTERACTIONS}/", reason=reason)
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
                "--output": self.location(name),
                "--custom-logGroup-prefix": self._log_prefix,
                "--since": "always",
                "--until": "now",
            },
        )
