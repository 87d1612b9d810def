"""PersonalizeStack: all of Personalize but the campaign, which CampaignStack deploys after a training."""

from collections.abc import Sequence

from aws_cdk import CfnOutput
from aws_cdk import aws_kms as kms
from aws_cdk import aws_personalize as personalize
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.config import AdoptedDatasets, SolutionSettings, StageConfig
from stacks.constructs.data_key import existing_or
from stacks.constructs.metric_reports import MetricReports
from stacks.constructs.sdk_call import DeleteParameters, SdkCall
from stacks.constructs.training_datasets import TrainingDatasets
from stacks.dataset_schemas import dataset_schemas
from stacks.kept_exports import keep_export
from stacks.names import (
    PersonalizeNames,
    solution_name,
    tracking_parameter,
    training_parameters,
    with_fingerprint,
)
from stacks.touchline_stack import TouchlineStack

ADOPTED = "Touchline::AdoptedDatasetGroup"
"""The entry of the template's metadata that `python -m local preflight` compares with the group."""


class PersonalizeStack(TouchlineStack):
    """Dataset group, schemas, datasets, solution, event tracker and metric attribution."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        reports_bucket: s3.IBucket,
        data_key: kms.IKey | None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            config=config,
            part=with_fingerprint("personalize", config),
            description="Personalize datasets, solution and event tracker",
            stateful=True,
        )
        names = PersonalizeNames.of(config)
        schemas = dataset_schemas(config.personalize.datasets.columns)
        key = existing_or(self, "GroupKey", config.personalize.datasets.key, data_key)
        self._resource_arns: dict[str, str] = {}
        self.datasets = TrainingDatasets(self, "Datasets", config=config, schemas=schemas, key=key)
        self.solution = self._add_solution(config, config.personalize.solution)
        if config.personalize.replaced_solution:
            self._add_solution(config, config.personalize.replaced_solution)
        if not config.retain_data:
            DeleteParameters(
                self,
                "TrainingParameters",
                config=config,
                names=training_parameters(config),
            )
        tracking_id = self._tracking_id(config)
        # Not an export: its value could not change while the DeliveryStack uses it.
        ssm.StringParameter(
            self,
            "TrackingIdParameter",
            parameter_name=tracking_parameter(config),
            string_value=tracking_id,
            description="The tracking id of the event tracker",
        )
        adopted = config.personalize.adopted
        if adopted:
            self.template_options.metadata = {
                ADOPTED: _expected_of_group(adopted, config.personalize.datasets.columns)
            }
        if config.personalize.owns_metric_attribution:
            self.datasets.precede(
                MetricReports(
                    self,
                    "MetricReports",
                    name=names.metric_attribution,
                    dataset_group_arn=self.datasets.group_arn,
                    bucket=reports_bucket,
                    key=data_key,
                )
            )
        if config.cost_tags:
            self._add_cost_tags(config)
        CfnOutput(self, "DatasetGroupArn", value=self.datasets.group_arn)
        CfnOutput(self, "SolutionArn", value=self.solution.attr_solution_arn)
        CfnOutput(self, "TrackingId", value=tracking_id)

    def _add_solution(self, config: StageConfig, settings: SolutionSettings) -> personalize.CfnSolution:
        """Create a solution of its own for each set of settings, because CloudFormation can change none."""
        solution = personalize.CfnSolution(
            self,
            f"Solution{settings.fingerprint}",
            name=solution_name(config, settings),
            dataset_group_arn=self.datasets.group_arn,
            recipe_arn=f"arn:{self.partition}:personalize:::recipe/{settings.recipe}",
            event_type=settings.event_type,
        )
        self.datasets.precede(solution)
        self._resource_arns[solution.node.id] = solution.attr_solution_arn
        # The training state machine trains. CloudFormation has no property to turn off Personalize's own
        # weekly training.
        SdkCall(
            self,
            f"NoAutomaticTraining{settings.fingerprint}",
            config=config,
            service="Personalize",
            action="updateSolution",
            parameters={"solutionArn": solution.attr_solution_arn, "performAutoTraining": False},
            resources=[solution.attr_solution_arn],
        )
        return solution

    def _add_cost_tags(self, config: StageConfig) -> None:
        """Tag by a call what CloudFormation would replace for a new tag."""
        tags = [{"tagKey": key, "tagValue": value} for key, value in config.cost_tags.items()]
        for name, arn in {**self.datasets.created_arns, **self._resource_arns}.items():
            SdkCall(
                self,
                f"{name}Tags",
                config=config,
                service="Personalize",
                action="tagResource",
                parameters={"resourceArn": arn, "tags": tags},
                resources=[arn],
            )

    def _tracking_id(self, config: StageConfig) -> str:
        """Return the tracking id of the existing event tracker, or of a new one; a group has one at most."""
        adopted = config.personalize.adopted
        if adopted and adopted.tracking_id:
            return adopted.tracking_id
        tracker = personalize.CfnEventTracker(
            self,
            "EventTracker",
            name=PersonalizeNames.of(config).event_tracker,
            dataset_group_arn=self.datasets.group_arn,
        )
        self.datasets.precede(tracker)
        keep_export(self, tracker.attr_tracking_id)
        return tracker.attr_tracking_id


def _expected_of_group(adopted: AdoptedDatasets, columns: Sequence[str]) -> dict[str, object]:
    return {
        "DatasetGroupArn": adopted.dataset_group_arn,
        "Schemas": {schema.dataset_type: schema.avro for schema in dataset_schemas(columns)},
        "TrackingId": adopted.tracking_id,
        "CreatesMetricAttribution": adopted.creates_metric_attribution,
    }
