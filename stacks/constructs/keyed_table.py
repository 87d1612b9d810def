"""A DynamoDB table that grows with its load."""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.config import StageConfig

GET, GET_MANY, QUERY, PUT, UPDATE, DELETE = (
    f"dynamodb:{name}" for name in ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
)
"""What a function may do to the rows of a table; the CDK's own grants let it scan as well."""


class KeyedTable(dynamodb.TableV2):
    """Partition key and sort key, paid by request, restorable to any second of 35 days.

    The stream of `changes` bears two readers and no third: "More than 2 processes are reading from the same
    streams shard at the same time. Exceeding this limit may result in request throttling."
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
        changes: dynamodb.StreamViewType | None = None,
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
            dynamo_stream=changes,
            deletion_protection=config.retain_data,
            removal_policy=config.removal_policy,
        )
