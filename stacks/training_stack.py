"""TrainingStack: datasets and training."""

from collections.abc import Mapping

from aws_cdk import CfnOutput
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.constructs.clickstream_catalog import ClickstreamCatalog
from stacks.constructs.dataset_jobs import DatasetJobs
from stacks.constructs.dataset_reader import DatasetReader
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.lift_query import LiftQuery
from stacks.constructs.training_workflow import TrainingWorkflow
from stacks.object_prefixes import DATASETS
from stacks.stage_inputs import StageInputs
from stacks.touchline_stack import TouchlineStack


class TrainingStack(TouchlineStack):
    """The Glue jobs, the training state machine, its notices, and the saved query of the lift."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        raw_bucket: s3.IBucket,
        curated_bucket: s3.IBucket,
        dataset_arns: Mapping[str, str],
        catalog: ClickstreamCatalog,
    ) -> None:
        super().__init__(
            scope, construct_id, config=stage.config, part="training", description="dataset jobs and training"
        )
        jobs = DatasetJobs(
            self,
            "Jobs",
            stage=stage,
            raw_bucket=raw_bucket,
            curated_bucket=curated_bucket,
        )
        reader = DatasetReader(self, "DatasetReader", bucket=curated_bucket, prefix=DATASETS)
        self.notices = EncryptedTopic(self, "Notices", services=("events.amazonaws.com",))
        if stage.config.alarm_email:
            self.notices.topic.add_subscription(subscriptions.EmailSubscription(stage.config.alarm_email))
        self.workflow = TrainingWorkflow(
            self,
            "Workflow",
            config=stage.config,
            jobs=jobs,
            dataset_arns=dataset_arns,
            reader=reader,
            notices=self.notices,
            raw_bucket=raw_bucket,
        )
        lift = LiftQuery(self, "Lift", artifacts=stage.artifacts, catalog=catalog)
        CfnOutput(self, "LiftQueryId", value=lift.query.attr_named_query_id)
        CfnOutput(self, "TrainingStateMachineArn", value=self.workflow.machine.state_machine_arn)
        CfnOutput(self, "TrainingNoticesTopicArn", value=self.notices.topic.topic_arn)
