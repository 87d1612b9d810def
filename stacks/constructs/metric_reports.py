"""Clicks and conversions that Personalize attributes to its recommendations.

Personalize reports events and incremental imports to CloudWatch, and every import to a bucket.
"""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_personalize as personalize
from aws_cdk import aws_s3 as s3
from constructs import Construct

from domain.interaction import InteractionType
from stacks.acknowledgement import ANY_RESOURCE, NO_RESOURCE_LEVEL, acknowledge, acknowledge_objects
from stacks.constructs.data_key import grant_personalize
from stacks.object_prefixes import METRIC_REPORTS
from stacks.personalize_principal import personalize_principal

METRICS = {InteractionType.CLICK.value: "Clicks", InteractionType.CONVERSION.value: "Conversions"}


class MetricReports(Construct):
    """A metric attribution, and the role with which Personalize writes its reports."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        dataset_group_arn: str,
        bucket: s3.IBucket,
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Role", assumed_by=personalize_principal(self))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject"], resources=[bucket.arn_for_objects(f"{METRIC_REPORTS}/*")]
            )
        )
        acknowledge_objects(
            role, bucket, f"{METRIC_REPORTS}/", reason="Personalize names the reports itself."
        )
        if key:
            grant_personalize(role, key)
        # Personalize refuses an attribution whose role may not put metrics.
        # https://docs.aws.amazon.com/personalize/latest/dg/metric-attribution-requirements.html
        role.add_to_policy(iam.PolicyStatement(actions=["cloudwatch:PutMetricData"], resources=["*"]))
        acknowledge(role, ANY_RESOURCE, reason=NO_RESOURCE_LEVEL)
        attribution = personalize.CfnMetricAttribution(
            self,
            "Attribution",
            name=name,
            dataset_group_arn=dataset_group_arn,
            metrics=[
                personalize.CfnMetricAttribution.MetricAttributeProperty(
                    event_type=event_type, metric_name=metric_name, expression="SAMPLECOUNT()"
                )
                for event_type, metric_name in METRICS.items()
            ],
            metrics_output_config=personalize.CfnMetricAttribution.MetricsOutputConfigProperty(
                role_arn=role.role_arn,
                s3_data_destination=personalize.CfnMetricAttribution.S3DataDestinationProperty(
                    path=bucket.s3_url_for_object(f"{METRIC_REPORTS}/")
                ),
            ),
        )
        attribution.node.add_dependency(role)
