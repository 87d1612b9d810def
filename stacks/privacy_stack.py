"""PrivacyStack: erasure and export of a viewer's data."""

from aws_cdk import CfnOutput
from constructs import Construct

from stacks.analytics_stack import AnalyticsStack
from stacks.constructs.function_code import FunctionCode
from stacks.constructs.viewer_requests import ViewerRequests
from stacks.constructs.viewer_search_job import ViewerSearchJob
from stacks.data_stack import DataStack
from stacks.dead_letters import dead_letter_queues
from stacks.delivery_stack import DeliveryStack
from stacks.function_factory import FunctionFactory
from stacks.names import dataset_group_arn
from stacks.object_prefixes import DATASETS, DECISIONS, ERRORS, INTERACTIONS
from stacks.stage_inputs import StageInputs
from stacks.touchline_stack import TouchlineStack
from stacks.training_stack import TrainingStack


class PrivacyStack(TouchlineStack):
    """The state machine of viewers' requests, the job that searches S3, and support's policy."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        data: DataStack,
        analytics: AnalyticsStack,
        delivery: DeliveryStack,
        training: TrainingStack,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            config=stage.config,
            part="privacy",
            description="erasure and export of viewers' data",
        )
        search_job = ViewerSearchJob(
            self,
            "Search",
            stage=stage,
            places={
                "clickstream": (data.raw_bucket, INTERACTIONS),
                "refused-clickstream": (data.raw_bucket, ERRORS),
                "decisions": (data.decisions_bucket, DECISIONS),
                "refused-decisions": (data.decisions_bucket, ERRORS),
                "datasets": (data.curated_bucket, DATASETS),
            },
            privacy_bucket=data.privacy_bucket,
        )
        # The FIFO queue is that of announced matches, which name no viewers.
        queues = {
            name: queue
            for name, queue in dead_letter_queues(data, analytics, delivery).items()
            if not queue.fifo
        }
        self.requests = ViewerRequests(
            self,
            "Requests",
            functions=FunctionFactory(code=FunctionCode(self, "Code", stage=stage), data=data),
            search_job=search_job,
            dead_letters=queues,
            training_machine=training.workflow.machine,
            dataset_group_arn=dataset_group_arn(self, stage.config),
            notices=training.notices,
        )
        CfnOutput(self, "ViewerRequestStateMachineArn", value=self.requests.machine.state_machine_arn)
        CfnOutput(self, "SupportPolicyArn", value=self.requests.support_policy.managed_policy_arn)
