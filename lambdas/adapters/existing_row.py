"""Updates a row of DynamoDB that may have been deleted meanwhile: it stays deleted."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Row = dict[str, Any]


def update_existing(
    client: "DynamoDBClient", table_name: str, row_key: Row, expression: str, values: Row
) -> Row | None:
    """Update a row, and return it; None, and nothing is written, if there is none any more."""
    try:
        return client.update_item(
            TableName=table_name,
            Key=row_key,
            UpdateExpression=expression,
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues=values,
            ReturnValues="ALL_NEW",
        )["Attributes"]
    except client.exceptions.ConditionalCheckFailedException:
        return None
