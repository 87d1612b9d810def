"""AnalyticsStack: receives signals and detects Moments."""

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from stacks.artifacts import Artifacts
from stacks.config import StageConfig
from stacks.constructs.application_start import ApplicationStart
from stacks.constructs.crowd_source import CrowdSource
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.feed_endpoint import FeedEndpoint
from stacks.constructs.flink_application import FlinkApplication
from stacks.constructs.function import TouchlineFunction
from stacks.constructs.function_code import FunctionCode
from stacks.constructs.keyed_table import GET, UPDATE
from stacks.constructs.kick_off import PLANNING_TIMEOUT
from stacks.constructs.media_analysis import MediaAnalysis
from stacks.constructs.work_queue import WorkQueue
from stacks.data_stack import DataStack


class AnalyticsStack(Stack):
    """Feed ingestion, the crowd source, the live-stream analyser, the Flink application and its topic."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        stack_name: str,
        artifacts: Artifacts,
        data: DataStack,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=stack_name,
            description="Touchline: receives signals and detects Moments",
        )
        code = FunctionCode(self, "Code", config=config, artifacts=artifacts)
        self.moments = EncryptedTopic(self, "Moments")
        self.application = FlinkApplication(
            self,
            "Detector",
            config=config,
            artifacts=artifacts,
            signals=data.signals,
            moments=self.moments,
            dead_letters=data.dead_letters,
        )
        ApplicationStart(self, "StartDetector", code=code, application=self.application)
        # In order: the last kick-off time of a match counts, and matches share one scale-down.
        self.announcements = WorkQueue(
            self,
            "Announcements",
            config=config,
            consumer_timeout=PLANNING_TIMEOUT,
            retention=Duration.days(1),
            fifo=True,
        )
        self.feed = FeedEndpoint(self, "Feed", config=config, ingest=self._ingest_feed(code, data))
        self.media = MediaAnalysis(self, "Media", config=config, code=code, data=data)
        self.crowd = CrowdSource(
            self, "CrowdSource", config=config, root=artifacts.root, signals=data.signals
        )
        CfnOutput(self, "FeedUrl", value=self.feed.url)
        CfnOutput(self, "MomentsTopicArn", value=self.moments.topic.topic_arn)
        CfnOutput(self, "DetectorName", value=self.application.name)

    def _ingest_feed(self, code: FunctionCode, data: DataStack) -> TouchlineFunction:
        self.ingest_feed = TouchlineFunction(
            self,
            "IngestFeed",
            code=code,
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
        data.signals.grant_write(self.ingest_feed)
        self.announcements.queue.grant_send_messages(self.ingest_feed)
        data.feed_keys.grant_read(self.ingest_feed)
        data.dead_letters.grant_send_messages(self.ingest_feed)
        data.matches_table.grant(self.ingest_feed, GET, UPDATE)
        return self.ingest_feed
