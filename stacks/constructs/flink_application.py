"""The Flink application that detects Moments in the signals."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisanalyticsv2 as flink
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.acknowledgement import acknowledge_wildcards
from stacks.config import FlinkConfig
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.log_group import StageLogGroup
from stacks.exact_grants import grant_send
from stacks.packaging.flink_package import RUN_OPTIONS, RUN_OPTIONS_GROUP
from stacks.stage_inputs import StageInputs


class FlinkApplication(Construct):
    """Managed Flink 1.20 with the code package, its settings, checkpoints, logs and role."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        signals: kinesis.IStream,
        moments: EncryptedTopic,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        config = stage.config
        self._config = config
        code = assets.Asset(self, "Code", path=str(stage.artifacts.flink), exclude=["**/__pycache__"])
        log_group = StageLogGroup(self, "Log", config=config)
        log_stream = logs.LogStream(self, "LogStream", log_group=log_group)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("kinesisanalytics.amazonaws.com"))
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"], resources=[code.bucket.arn_for_objects(code.s3_object_key)]
            )
        )
        signals.grant_read(self.role)
        moments.grant_publish(self.role)
        grant_send(dead_letters, self.role)
        log_group.grant_write(self.role)
        self._grant_describe(log_group)
        self.application = flink.CfnApplication(
            self,
            "Application",
            application_maintenance_configuration=(
                flink.CfnApplication.ApplicationMaintenanceConfigurationProperty(
                    application_maintenance_window_start_time=config.flink.maintenance_window_start
                )
            ),
            runtime_environment="FLINK-1_20",
            service_execution_role=self.role.role_arn,
            application_description="Detects Moments in the signals of matches",
            application_configuration=self._configuration(
                code,
                {
                    "aws.region": Stack.of(self).region,
                    "signals.stream.arn": signals.stream_arn,
                    "signals.stream.name": signals.stream_name,
                    "moments.topic.arn": moments.topic.topic_arn,
                    "dead.letters.queue.url": dead_letters.queue_url,
                    "allowed.lateness.seconds": str(config.flink.allowed_lateness_seconds),
                    **_rules(config.flink),
                },
            ),
        )
        self.application.node.add_dependency(self.role)
        logging = flink.CfnApplicationCloudWatchLoggingOption(
            self,
            "Logging",
            application_name=self.application.ref,
            cloud_watch_logging_option=(
                flink.CfnApplicationCloudWatchLoggingOption.CloudWatchLoggingOptionProperty(
                    log_stream_arn=Stack.of(self).format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name=f"{log_group.log_group_name}:log-stream:{log_stream.log_stream_name}",
                        arn_format=ArnFormat.COLON_RESOURCE_NAME,
                    )
                )
            ),
        )
        logging.node.add_dependency(self.role)

    def _grant_describe(self, log_group: logs.ILogGroup) -> None:
        # The service describes the group and the stream before it writes:
        # https://docs.aws.amazon.com/managed-flink/latest/java/cloudwatch-logs.html
        groups = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name="*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self.role.add_to_policy(iam.PolicyStatement(actions=["logs:DescribeLogGroups"], resources=[groups]))
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["logs:DescribeLogStreams"], resources=[log_group.log_group_arn])
        )
        acknowledge_wildcards(self.role, groups, reason="DescribeLogGroups lists all groups.")

    @property
    def name(self) -> str:
        """The application's name."""
        return self.application.ref

    def _configuration(
        self, code: assets.Asset, settings: dict[str, str]
    ) -> flink.CfnApplication.ApplicationConfigurationProperty:
        properties = flink.CfnApplication
        return properties.ApplicationConfigurationProperty(
            application_code_configuration=properties.ApplicationCodeConfigurationProperty(
                code_content=properties.CodeContentProperty(
                    s3_content_location=properties.S3ContentLocationProperty(
                        bucket_arn=code.bucket.bucket_arn, file_key=code.s3_object_key
                    )
                ),
                code_content_type="ZIPFILE",
            ),
            application_snapshot_configuration=properties.ApplicationSnapshotConfigurationProperty(
                snapshots_enabled=self._config.flink.snapshots
            ),
            environment_properties=properties.EnvironmentPropertiesProperty(
                property_groups=[
                    properties.PropertyGroupProperty(property_group_id="touchline", property_map=settings),
                    properties.PropertyGroupProperty(
                        property_group_id=RUN_OPTIONS_GROUP, property_map=RUN_OPTIONS
                    ),
                ]
            ),
            flink_application_configuration=properties.FlinkApplicationConfigurationProperty(
                checkpoint_configuration=properties.CheckpointConfigurationProperty(
                    configuration_type="CUSTOM",
                    checkpointing_enabled=True,
                    checkpoint_interval=10_000,
                    min_pause_between_checkpoints=5_000,
                ),
                monitoring_configuration=properties.MonitoringConfigurationProperty(
                    configuration_type="CUSTOM", log_level="INFO", metrics_level="APPLICATION"
                ),
                parallelism_configuration=properties.ParallelismConfigurationProperty(
                    configuration_type="CUSTOM",
                    # Scaling restarts the job, which would interrupt detection during a match.
                    auto_scaling_enabled=False,
                    parallelism=self._config.flink.parallelism,
                    parallelism_per_kpu=1,
                ),
            ),
        )


def _rules(config: FlinkConfig) -> dict[str, str]:
    """Return the property of the stage's rules; none without them, because a value must not be empty."""
    return {"detection.rules": config.detection_rules} if config.detection_rules else {}
