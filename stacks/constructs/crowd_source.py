"""The service that reads public posts, on one small instance without Docker."""

from pathlib import Path

from aws_cdk import CfnOutput, Duration, IgnoreMode, Stack
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from domain.metrics import namespace_of
from stacks.acknowledgement import acknowledge, acknowledge_wildcards
from stacks.config import StageConfig
from stacks.runtime import PYTHON_VERSION

PYTHON = f"python{PYTHON_VERSION}"
CODE_DIRECTORY = "/opt/touchline"
INSTANCE_TYPE = "t4g.micro"
"""One GiB: with half of it, `dnf` is killed for lack of memory while it reads the list of packages."""
PAUSES = "10 20 40 80 160"
"""Seconds between the attempts of a step that needs the network."""
BEFORE_REPLACEMENT_SECONDS = 300
UNIT_FILE = "/etc/systemd/system/crowd-source.service"


class CrowdSource(Construct):
    """A small instance that downloads its code from the assets and runs it under systemd.

    An instance that could not install its packages terminates itself, and the group starts another.

    `switch` is the kill switch: any value but `on` stops the service within seconds. `watch_list` has the
    matches and their keywords. Operators change both at run time.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        root: Path,
        signals: kinesis.IStream,
    ) -> None:
        super().__init__(scope, construct_id)
        self.switch = ssm.StringParameter(self, "Switch", string_value="off")
        self.watch_list = ssm.StringParameter(self, "WatchList", string_value='{"matches": []}')
        code = assets.Asset(
            self,
            "Code",
            path=str(root),
            exclude=["*", "!crowd_source", "!crowd_source/**", "!domain", "!domain/**", "**/__pycache__"],
            ignore_mode=IgnoreMode.GIT,
        )
        environment = {
            "AWS_DEFAULT_REGION": Stack.of(self).region,
            "SOURCE": config.crowd.source,
            "SENTIMENT": config.crowd.sentiment,
            "SIGNALS_STREAM_NAME": signals.stream_name,
            "SWITCH_PARAMETER_NAME": self.switch.parameter_name,
            "WATCH_LIST_PARAMETER_NAME": self.watch_list.parameter_name,
            "METRICS_NAMESPACE": namespace_of(config.name),
        }
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"], resources=[code.bucket.arn_for_objects(code.s3_object_key)]
            )
        )
        signals.grant(self.role, "kinesis:PutRecords")
        parameters = [self.switch.parameter_arn, self.watch_list.parameter_arn]
        self.role.add_to_policy(iam.PolicyStatement(actions=["ssm:GetParameters"], resources=parameters))
        self._grant_metrics(namespace_of(config.name))
        if config.crowd.source == "x":
            token = self._bearer_token(config)
            token.grant_read(self.role)
            environment["BEARER_TOKEN_SECRET_ARN"] = token.secret_arn
        if config.crowd.sentiment == "comprehend":
            self._grant_comprehend()
        self.group = self._group(_user_data(code, environment))
        acknowledge(self, "AwsSolutions-VPC7", reason="Outbound traffic only; flow logs would cost more.")
        acknowledge(self, "AwsSolutions-AS3", reason="The group keeps one instance running and never scales.")

    def _bearer_token(self, config: StageConfig) -> secretsmanager.Secret:
        """Create the secret with a generated value, which an operator replaces by the token."""
        token = secretsmanager.Secret(
            self,
            "BearerToken",
            description="The bearer token of X's filtered stream",
            removal_policy=config.removal_policy,
        )
        acknowledge(
            token, "AwsSolutions-SMG4", reason="X issues the token; it cannot be rotated automatically."
        )
        CfnOutput(self, "BearerTokenSecretArn", value=token.secret_arn)
        return token

    def _grant_metrics(self, namespace: str) -> None:
        # The action does not support resources:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": namespace}},
            )
        )
        acknowledge_wildcards(self.role, "*", reason="The action does not support resources.")

    def _grant_comprehend(self) -> None:
        # The action does not support resources:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncomprehend.html
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["comprehend:BatchDetectSentiment"], resources=["*"])
        )
        acknowledge_wildcards(self.role, "*", reason="The action does not support resources.")

    def _group(self, user_data: ec2.UserData) -> autoscaling.AutoScalingGroup:
        """Create the instance in public subnets, without inbound traffic and without a NAT gateway."""
        vpc = ec2.Vpc(
            self,
            "Network",
            max_azs=2,
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=28)
            ],
        )
        template = ec2.LaunchTemplate(
            self,
            "Instance",
            instance_type=ec2.InstanceType(INSTANCE_TYPE),
            machine_image=ec2.MachineImage.latest_amazon_linux2023(cpu_type=ec2.AmazonLinuxCpuType.ARM_64),
            role=self.role,
            user_data=user_data,
            security_group=ec2.SecurityGroup(self, "SecurityGroup", vpc=vpc, allow_all_outbound=True),
            associate_public_ip_address=True,
            require_imdsv2=True,
            instance_initiated_shutdown_behavior=ec2.InstanceInitiatedShutdownBehavior.TERMINATE,
            block_devices=[
                ec2.BlockDevice(
                    device_name="/dev/xvda",
                    volume=ec2.BlockDeviceVolume.ebs(
                        8, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3
                    ),
                )
            ],
        )
        return autoscaling.AutoScalingGroup(
            self,
            "Group",
            vpc=vpc,
            launch_template=template,
            min_capacity=1,
            max_capacity=1,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
            health_checks=autoscaling.HealthChecks.ec2(grace_period=Duration.minutes(5)),
            update_policy=autoscaling.UpdatePolicy.rolling_update(min_instances_in_service=0),
        )


def _user_data(code: assets.Asset, environment: dict[str, str]) -> ec2.UserData:
    variables = "\n".join(f"Environment={name}={value}" for name, value in environment.items())
    user_data = ec2.UserData.for_linux()
    user_data.add_commands(
        # -E: the trap holds in functions too.
        "set -Eeu",
        f'retry() {{ for pause in {PAUSES}; do "$@" && return; sleep "$pause"; done; "$@"; }}',
        f"trap 'sleep {BEFORE_REPLACEMENT_SECONDS}; shutdown -h now' ERR",
        f"retry dnf install -y -q {PYTHON} {PYTHON}-pip unzip",
        f"mkdir -p {CODE_DIRECTORY}",
        f"retry aws s3 cp --quiet {code.s3_object_url} /tmp/code.zip --region {Stack.of(code).region}",
        f"unzip -q -o /tmp/code.zip -d {CODE_DIRECTORY}",
        f"{PYTHON} -m venv {CODE_DIRECTORY}/venv",
        f"retry {CODE_DIRECTORY}/venv/bin/pip install -q --require-hashes --only-binary :all: "
        f"-r {CODE_DIRECTORY}/crowd_source/requirements.txt",
        f"cat > {UNIT_FILE} <<'UNIT'",
        "[Unit]",
        "Description=Touchline crowd source",
        "After=network-online.target",
        "[Service]",
        f"WorkingDirectory={CODE_DIRECTORY}",
        f"ExecStart={CODE_DIRECTORY}/venv/bin/python -m crowd_source",
        variables,
        "DynamicUser=yes",
        "Restart=always",
        "RestartSec=5",
        "[Install]",
        "WantedBy=multi-user.target",
        "UNIT",
        "systemctl enable --now crowd-source",
    )
    return user_data
