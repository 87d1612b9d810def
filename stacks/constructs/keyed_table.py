"""A DynamoDB table with a partition key and a sort key."""

from collections.abc import Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.config import StageConfig

ACTIONS = (
    *("GetItem", "BatchGetItem", "Query", "Scan"),
    *("PutItem", "BatchWriteItem", "UpdateItem", "DeleteItem"),
)
GET, GET_MANY, QUERY, SCAN, PUT, PUT_MANY, UPDATE, DELETE = (f"dynamodb:{name}" for name in ACTIONS)
"""The actions that functions are granted one by one; the CDK's grants would also allow scans."""


class KeyedTable(dynamodb.TableV2):
    """On-demand capacity, point-in-time recovery, and optional expiry, stream and warm throughput.

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
        indexes: Sequence[dynamodb.GlobalSecondaryIndexPropsV2] = (),
        warm_writes_per_second: int | None = None,
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
            warm_throughput=(
                dynamodb.WarmThroughput(write_units_per_second=warm_writes_per_second)
                if warm_writes_per_second
                else None
            ),
            global_secondary_indexes=list(indexes) or None,
            deletion_protection=config.retain_data,
            removal_policy=config.undeletable_removal_policy,
        )

    def grant_rows(self, grantee: iam.IGrantable, *actions: str) -> None:
        """Grant actions on the table alone; the CDK's `grant` would add each of its indexes."""
        iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=[self.table_arn])

    def grant_index(self, index: str, grantee: iam.IGrantable, *actions: str) -> None:
        """Grant actions on one index alone."""
        iam.Grant.add_to_principal(
            grantee=grantee, actions=list(actions), resource_arns=[f"{self.table_arn}/index/{index}"]
        )
