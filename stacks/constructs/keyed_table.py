"""A DynamoDB table with a partition key and a sort key."""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.config import StageConfig

GET, GET_MANY, QUERY, PUT, UPDATE, DELETE = (
    f"dynamodb:{name}" for name in ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
)
"""The actions that functions are granted one by one; the CDK's grants would also allow scans."""


class KeyedTable(dynamodb.TableV2):
    """On-demand capacity, point-in-time recovery, and optional expiry and stream.

    A stream must have at most two consumers: "More than 2 processes are reading from the same streams shard
    at the same time. Exceeding this limit may result in request throttling."
    (https://docs.aws.amazon.com/botocore/latest/reference/services/dynamodb/client/exceptions/LimitExceededException.html)
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        partition_key: str,
        sort_key: str,
        expires: bool = False,
        stream: dynamodb.StreamViewType | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            partition_key=dynamodb.Attribute(name=partition_key, type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name=sort_key, type=dynamodb.AttributeType.STRING),
            billing=dynamodb.Billing.on_demand(),
            encryption=dynamodb.TableEncryptionV2.aws_managed_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires_at" if expires else None,
            dynamo_stream=stream,
            deletion_protection=config.retain_data,
            removal_policy=config.removal_policy,
        )
