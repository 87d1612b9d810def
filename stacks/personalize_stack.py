"""PersonalizeStack: all of Personalize but the campaign, which CampaignStack deploys after a training."""

from aws_cdk import CfnOutput
from aws_cdk import aws_personalize as personalize
from aws_cdk import aws_s3 as s3
from constructs import Construct

from domain.interaction import LEARNED
from stacks.config import StageConfig
from stacks.constructs.metric_reports import MetricReports
from stacks.constructs.sdk_call import SdkCall
from stacks.constructs.training_datasets import TrainingDatasets
from stacks.dataset_schemas import dataset_schemas
from stacks.names import PersonalizeNames
from stacks.touchline_stack import TouchlineStack


class PersonalizeStack(TouchlineStack):
    """Dataset group, schemas, datasets, solution, event tracker and metric attribution."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, reports_bucket: s3.IBucket
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            config=config,
            part="personalize",
            description="Personalize datasets, solution and event tracker",
            stateful=True,
        )
        names = PersonalizeNames.of(config)
        self.datasets = TrainingDatasets(self, "Datasets", config=config, schemas=dataset_schemas())
        self.solution = personalize.CfnSolution(
            self,
            "Solution",
            name=names.solution,
            dataset_group_arn=self.datasets.group_arn,
            recipe_arn=f"arn:{self.partition}:personalize:::recipe/{config.personalize.recipe}",
            event_type=LEARNED.value,
        )
        # The training state machine trains. CloudFormation has no property to turn off Personalize's own
        # weekly training.
        SdkCall(
            self,
            "NoAutomaticTraining",
            service="Personalize",
            action="updateSolution",
            parameters={"solutionArn": self.solution.attr_solution_arn, "performAutoTraining": False},
            resources=[self.solution.attr_solution_arn],
        )
        self.datasets.precede(self.solution)
        self.tracking_id = self._tracking_id(config)
        self.datasets.precede(
            MetricReports(
                self,
                "MetricReports",
                name=names.metric_attribution,
                dataset_group_arn=self.datasets.group_arn,
                bucket=reports_bucket,
            )
        )
        CfnOutput(self, "DatasetGroupArn", value=self.datasets.group_arn)
        CfnOutput(self, "SolutionArn", value=self.solution.attr_solution_arn)
        CfnOutput(self, "TrackingId", value=self.tracking_id)

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
        return tracker.attr_tracking_id
