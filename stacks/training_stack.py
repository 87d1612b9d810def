"""TrainingStack: datasets and training."""

from aws_cdk import CfnOutput
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.constructs.dataset_jobs import DatasetJobs
from stacks.constructs.dataset_reader import DatasetReader
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.function_code import FunctionCode
from stacks.constructs.import_planner import ImportPlanner
from stacks.constructs.lift_query import LiftQuery
from stacks.constructs.training_workflow import TrainingWorkflow
from stacks.data_stack import DataStack
from stacks.function_factory import FunctionFactory
from stacks.object_prefixes import DATASETS
from stacks.stage_inputs import StageInputs
from stacks.touchline_stack import TouchlineStack
from stacks.undelivered_events import undelivered_events


class TrainingStack(TouchlineStack):
    """The Glue jobs, the training state machine, its notices, and the saved query of the lift."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        data: DataStack,
    ) -> None:
        super().__init__(
            scope, construct_id, config=stage.config, part="training", description="dataset jobs and training"
        )
        jobs = DatasetJobs(
            self,
            "Jobs",
            stage=stage,
            raw_bucket=data.raw_bucket,
            curated_bucket=data.curated_bucket,
            privacy_bucket=data.privacy_bucket,
        )
        functions = FunctionFactory(code=FunctionCode(self, "Code", stage=stage), data=data)
        self.planner = ImportPlanner(self, "Imports", functions=functions)
        reader = DatasetReader(self, "DatasetReader", bucket=data.curated_bucket, prefix=DATASETS)
        self.notices = EncryptedTopic(self, "Notices", services=("events.amazonaws.com",))
        if stage.config.alarm_email:
            self.notices.topic.add_subscription(subscriptions.EmailSubscription(stage.config.alarm_email))
        self.workflow = TrainingWorkflow(
            self,
            "Workflow",
            config=stage.config.trained,
            jobs=jobs,
            reader=reader,
            notices=self.notices,
            planner=self.planner.function,
            raw_bucket=data.raw_bucket,
            undelivered=undelivered_events(self, data.dead_letters),
        )
        # In every stage: while a stage turns its alarm off, the OperationsStack still imports the name.
        self.export_value(self.workflow.notices.published.rule_name)
        lift = LiftQuery(self, "Lift", artifacts=stage.artifacts, catalog=data.catalog)
        CfnOutput(self, "LiftQueryId", value=lift.query.attr_named_query_id)
        CfnOutput(self, "TrainingStateMachineArn", value=self.workflow.machine.state_machine_arn)
        CfnOutput(self, "TrainingNoticesTopicArn", value=self.notices.topic.topic_arn)
