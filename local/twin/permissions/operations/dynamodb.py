"""DynamoDB: an access for each table, index or stream that a request names.

Source: AWS documentation, "Using IAM with DynamoDB transactions": a transaction needs the
actions of its members.
"""

from typing import Any

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns

_MEMBERS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_BATCHES = ("BatchGetItem", "BatchWriteItem")


def accesses(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what an operation of DynamoDB or of DynamoDB Streams needs."""
    operation, fields = request.operation, request.json()
    if "DynamoDBStreams" in request.headers.get("X-Amz-Target", ""):
        stream = fields.get("StreamArn") or fields.get("ShardIterator", "*").partition("|")[0]
        return [Access(action=f"dynamodb:{operation}", resource=stream)]
    if operation in _BATCHES:
        return [_access(operation, table, arns) for table in fields["RequestItems"]]
    if operation in ("TransactWriteItems", "TransactGetItems"):
        members = [member for item in fields["TransactItems"] for member in item.items()]
        found = {(_MEMBERS[kind], member["TableName"]) for kind, member in members}
        return [_access(action, table, arns) for action, table in sorted(found)]
    if "TableName" not in fields:
        return [Access(action=f"dynamodb:{operation}", resource="*")]
    return [_access(operation, fields["TableName"], arns, index=fields.get("IndexName"))]


def _access(operation: str, table: str, arns: Arns, *, index: Any = None) -> Access:
    resource = arns.named("dynamodb", "table/", table)
    return Access(action=f"dynamodb:{operation}", resource=f"{resource}/index/{index}" if index else resource)
