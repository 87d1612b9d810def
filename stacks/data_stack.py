"""DataStack: the stateful resources."""

from aws_cdk import CfnOutput
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from domain.audit import LINES_BY_TIME
from domain.tombstone import ERASED
from domain.viewer_request import REQUESTS
from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig
from stacks.constructs.clickstream_catalog import ClickstreamCatalog
from stacks.constructs.data_key import data_key
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.feed_keys import FeedKeys
from stacks.constructs.keyed_table import KeyedTable
from stacks.constructs.operator_pool import OperatorPool
from stacks.constructs.parquet_delivery_stream import ParquetDeliveryStream
from stacks.constructs.private_bucket import PrivateBucket
from stacks.constructs.record_stream import RecordStream
from stacks.constructs.viewer_pool import ViewerPool
from stacks.object_prefixes import DATASETS, DECISIONS, ERRORS, INTERACTIONS
from stacks.touchline_stack import TouchlineStack
from stacks.undelivered_events import accept_undelivered_events

MEDIA_RETENTION_DAYS = 7
ERROR_RETENTION_DAYS = 30
"""Longer than dead letters are kept: what Firehose could not write can be repaired as long."""
REQUEST_RETENTION_DAYS = 7


class DataStack(TouchlineStack):
    """Buckets, tables, streams, delivery to S3 with its catalogue, feed keys, user pool and dead letters."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(
            scope,
            construct_id,
            config=config,
            part="data",
            description="data, streams and the user pool",
            stateful=True,
        )
        self.key = data_key(self, "DataKey", config=config)
        self._buckets(config)
        self._tables(config)
        self.signals = RecordStream(
            self,
            "Signals",
            config=config,
            shards=config.signal_shards,
            retention_hours=config.signal_retention_hours,
        )
        self.interactions = RecordStream(
            self,
            "Interactions",
            config=config,
            shards=config.interaction_shards,
            retention_hours=config.interaction_retention_hours,
        )
        self.catalog = ClickstreamCatalog(
            self,
            "Catalog",
            raw_bucket=self.raw_bucket,
            interactions_prefix=INTERACTIONS,
            decisions_bucket=self.decisions_bucket,
            decisions_prefix=DECISIONS,
        )
        ParquetDeliveryStream(
            self,
            "InteractionsDelivery",
            config=config,
            bucket=self.raw_bucket,
            prefix=INTERACTIONS,
            table=self.catalog.interactions,
            stream=self.interactions,
        )
        self.decisions_stream = ParquetDeliveryStream(
            self,
            "DecisionsDelivery",
            config=config,
            bucket=self.decisions_bucket,
            prefix=DECISIONS,
            table=self.catalog.decisions,
        )
        self.feed_keys: secretsmanager.ISecret = FeedKeys(self, "FeedKeys", config=config)
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", config=config)
        accept_undelivered_events(self.dead_letters)
        self.viewers = ViewerPool(self, "Viewers", config=config)
        self.operators = OperatorPool(self, "Operators", config=config)
        acknowledge(
            self,
            "CloudFormation-Validate::W7001",
            reason="The CDK's Firehose construct adds a mapping that only Redshift destinations use.",
        )
        self._outputs()

    def _buckets(self, config: StageConfig) -> None:
        logs = PrivateBucket(
            self,
            "AccessLogs",
            config=config,
            expire_after_days=config.log_retention_days,
            filled_at_creation=True,
        )
        self.access_logs_bucket = logs
        self.raw_bucket = PrivateBucket(
            self,
            "Raw",
            config=config,
            access_logs=logs,
            event_bridge=True,
            expire_after_days=config.raw_data_retention_days,
            expire_prefixes={f"{ERRORS}/": ERROR_RETENTION_DAYS},
        )
        self.curated_bucket = PrivateBucket(
            self,
            "Curated",
            config=config,
            access_logs=logs,
            event_bridge=True,
            expire_prefixes={f"{DATASETS}/": config.raw_data_retention_days},
        )
        self.media_bucket = PrivateBucket(
            self,
            "Media",
            config=config,
            access_logs=logs,
            event_bridge=True,
            expire_after_days=MEDIA_RETENTION_DAYS,
        )
        self.decisions_bucket = PrivateBucket(
            self,
            "Decisions",
            config=config,
            access_logs=logs,
            expire_after_days=config.raw_data_retention_days,
            expire_prefixes={f"{ERRORS}/": ERROR_RETENTION_DAYS},
        )
        # Without versions: what a request writes about a viewer must not outlive its deletion.
        self.privacy_bucket = PrivateBucket(
            self,
            "Privacy",
            config=config,
            access_logs=logs,
            versioned=False,
            expire_prefixes={
                f"{ERASED}/": config.tombstone_retention_days,
                f"{REQUESTS}/": REQUEST_RETENTION_DAYS,
            },
        )
        self._grant_personalize(self.privacy_bucket, "s3:GetObject", "s3:ListBucket")
        self._grant_personalize(self.curated_bucket, "s3:GetObject", "s3:ListBucket")
        self._grant_personalize(self.decisions_bucket, "s3:PutObject")

    def _grant_personalize(self, bucket: s3.Bucket, *actions: str) -> None:
        # Personalize requires a bucket policy in addition to the role that it assumes:
        # https://docs.aws.amazon.com/personalize/latest/dg/granting-personalize-s3-access.html
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("personalize.amazonaws.com")],
                actions=list(actions),
                resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )

    def _tables(self, config: StageConfig) -> None:
        self.matches_table = KeyedTable(
            self,
            "Matches",
            config=config,
            partition_key="match_id",
            sort_key="item",
            expires=True,
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
        )
        self.components_table = KeyedTable(
            self, "Components", config=config, partition_key="catalogue", sort_key="component_id"
        )
        self.constraints_table = KeyedTable(
            self, "Constraints", config=config, partition_key="rule_set", sort_key="rule_id"
        )
        self.connections_table = KeyedTable(
            self,
            "Connections",
            config=config,
            partition_key="pk",
            sort_key="sk",
            expires=True,
            warm_writes_per_second=config.connections_warm_writes_per_second,
        )
        self.night_table = KeyedTable(
            self,
            "Night",
            config=config,
            partition_key="match_id",
            sort_key="entry",
            expires=True,
            stream=dynamodb.StreamViewType.NEW_IMAGE,
        )
        self.audit_table = KeyedTable(
            self,
            "Audit",
            config=config,
            partition_key="match_id",
            sort_key="line",
            expires=True,
            stream=dynamodb.StreamViewType.NEW_IMAGE,
            indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=LINES_BY_TIME,
                    partition_key=dynamodb.Attribute(name="match_id", type=dynamodb.AttributeType.STRING),
                    sort_key=dynamodb.Attribute(name="at", type=dynamodb.AttributeType.STRING),
                )
            ],
        )

    def _outputs(self) -> None:
        for name, value in {
            "RawBucketName": self.raw_bucket.bucket_name,
            "CuratedBucketName": self.curated_bucket.bucket_name,
            "MediaBucketName": self.media_bucket.bucket_name,
            "PrivacyBucketName": self.privacy_bucket.bucket_name,
            "DecisionsBucketName": self.decisions_bucket.bucket_name,
            "MatchesTableName": self.matches_table.table_name,
            "ComponentsTableName": self.components_table.table_name,
            "ConstraintsTableName": self.constraints_table.table_name,
            "ConnectionsTableName": self.connections_table.table_name,
            "NightTableName": self.night_table.table_name,
            "AuditTableName": self.audit_table.table_name,
            "SignalsStreamName": self.signals.stream_name,
            "InteractionsStreamName": self.interactions.stream_name,
            "DecisionsStreamName": self.decisions_stream.delivery_stream_name,
            "FeedKeysSecretArn": self.feed_keys.secret_arn,
            "DeadLettersQueueUrl": self.dead_letters.queue_url,
            "UserPoolId": self.viewers.pool.user_pool_id,
            "UserPoolClientId": self.viewers.client.user_pool_client_id,
            "OperatorPoolId": self.operators.pool.user_pool_id,
            "OperatorPoolClientId": self.operators.client.user_pool_client_id,
        }.items():
            CfnOutput(self, name, value=value)
