"""AnalyticsStack: receives signals and detects Moments."""

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.application_start import ApplicationStart
from stacks.constructs.crowd_source import CrowdSource
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.feed_endpoint import FeedEndpoint
from stacks.constructs.flink_application import FlinkApplication
from stacks.constructs.function_code import FunctionCode
from stacks.constructs.keyed_table import GET, UPDATE
from stacks.constructs.kick_off import PLANNING_TIMEOUT
from stacks.constructs.media_analysis import MediaAnalysis
from stacks.constructs.work_queue import WorkQueue
from stacks.data_stack import DataStack
from stacks.exact_grants import grant_put_records, grant_send, grant_value
from stacks.function_factory import FunctionFactory
from stacks.stage_inputs import StageInputs
from stacks.touchline_stack import TouchlineStack


class AnalyticsStack(TouchlineStack):
    """Feed ingestion, the crowd source, the live-stream analyser, the Flink application and its topic."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: StageInputs, data: DataStack) -> None:
        super().__init__(
            scope,
            construct_id,
            config=stage.config,
            part="analytics",
            description="receives signals and detects Moments",
        )
        functions = FunctionFactory(code=FunctionCode(self, "Code", stage=stage), data=data)
        self.moments = EncryptedTopic(self, "Moments")
        self.application = FlinkApplication(
            self,
            "Detector",
            stage=stage,
            signals=data.signals,
            moments=self.moments,
            dead_letters=data.dead_letters,
        )
        ApplicationStart(self, "StartDetector", functions=functions, application=self.application)
        # In order: the last kick-off time of a match counts, and matches share one scale-down.
        self.announcements = WorkQueue(
            self,
            "Announcements",
            config=stage.config,
            consumer_timeout=PLANNING_TIMEOUT,
            retention=Duration.days(1),
            fifo=True,
        )
        self.feed = FeedEndpoint(self, "Feed", config=stage.config, ingest=self._ingest_feed(functions))
        self.media = MediaAnalysis(self, "Media", functions=functions)
        self.crowd = CrowdSource(
            self, "CrowdSource", config=stage.config, root=stage.artifacts.root, signals=data.signals
        )
        CfnOutput(self, "FeedUrl", value=self.feed.url)
        CfnOutput(self, "MomentsTopicArn", value=self.moments.topic.topic_arn)
        CfnOutput(self, "DetectorName", value=self.application.name)

    def _ingest_feed(self, functions: FunctionFactory) -> lambda_.Function:
        data = functions.data
        self.ingest_feed = functions.create(
            self,
            "IngestFeed",
            module="ingest_feed",
            description="Receives signed posts of feed providers and writes signals",
            environment={
                "SIGNALS_STREAM_NAME": data.signals.stream_name,
                "MATCHES_TABLE_NAME": data.matches_table.table_name,
                "ANNOUNCEMENTS_QUEUE_URL": self.announcements.queue.queue_url,
                "FEED_KEYS_SECRET_ARN": data.feed_keys.secret_arn,
                "DEAD_LETTERS_QUEUE_URL": data.dead_letters.queue_url,
            },
        )
        grant_put_records(data.signals, self.ingest_feed)
        grant_send(self.announcements.queue, self.ingest_feed)
        grant_value(data.feed_keys, self.ingest_feed)
        grant_send(data.dead_letters, self.ingest_feed)
        data.matches_table.grant(self.ingest_feed, GET, UPDATE)
        return self.ingest_feed
