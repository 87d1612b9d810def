"""When capacity is needed: one partition of the table `connections`, whose rows expire with their windows."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from domain.capacity_window import Capacity, CapacityWindow
from domain.validation import format_instant
from lambdas.adapters.connection_rows import Row, epoch, key
from lambdas.adapters.stored_rows import reading

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PARTITION = "CAPACITY"


class DynamoCapacityWindows:
    """One row for each window; a season of 400 matches has 60 kB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def put_window(self, window: CapacityWindow) -> None:
        """Add a window; one of the same name is replaced."""
        self._client.put_item(TableName=self._table_name, Item=_write(window))

    def windows_at(self, now: datetime) -> Sequence[CapacityWindow]:
        """Return the windows that contain an instant; DynamoDB may delete expired rows days later."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table_name,
            KeyConditionExpression="pk = :partition",
            ExpressionAttributeValues={":partition": {"S": PARTITION}},
        )
        windows = (_read(row) for page in pages for row in page["Items"])
        return [window for window in windows if window.contains(now)]


def _write(window: CapacityWindow) -> Row:
    row = {
        **key(PARTITION, window.name),
        "begins_at": {"S": format_instant(window.begins_at)},
        "ends_at": {"S": format_instant(window.ends_at)},
        "expires_at": epoch(window.ends_at),
    }
    if window.capacity is not None:
        row["transactions_per_second"] = {"N": str(window.capacity.transactions_per_second)}
        row["dispatch_environments"] = {"N": str(window.capacity.dispatch_environments)}
    return row


@reading("capacity window")
def _read(row: Row) -> CapacityWindow:
    return CapacityWindow(
        name=row["sk"]["S"],
        begins_at=datetime.fromisoformat(row["begins_at"]["S"]),
        ends_at=datetime.fromisoformat(row["ends_at"]["S"]),
        capacity=(
            Capacity(
                transactions_per_second=int(row["transactions_per_second"]["N"]),
                dispatch_environments=int(row["dispatch_environments"]["N"]),
            )
            if "transactions_per_second" in row
            else None
        ),
    )
