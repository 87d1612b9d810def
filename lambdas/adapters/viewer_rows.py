"""A viewer's rows in the tables of DynamoDB, found by reading each table page by page.

Most keys do not begin with the viewer, and an index for requests that come once in a while would be paid for
with every write of a match.
"""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from domain.viewer_request import StorePage, ViewerRequest
from lambdas.adapters.connection_rows import Row, viewers_of_connection_row

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoViewerRows:
    """The rows of one table that name the viewer: `viewers_of` returns whom a row names.

    An erasure deletes them; with `pseudonymise`, it replaces each by the row that this returns for the row
    and the viewer's id.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        *,
        name: str,
        keys: tuple[str, str],
        viewers_of: Callable[[Row], Iterable[str]] = viewers_of_connection_row,
        pseudonymise: Callable[[Row, str], Row] | None = None,
    ) -> None:
        self.name = name
        self._client = client
        self._table_name = table_name
        self._keys = keys
        self._viewers_of = viewers_of
        self._pseudonymise = pseudonymise

    def serve(self, request: ViewerRequest, position: str | None) -> StorePage:
        """Return the viewer's rows of a page of the table; the position is the key that the next follows."""
        start: Row = {"ExclusiveStartKey": json.loads(position)} if position else {}
        answer = self._client.scan(TableName=self._table_name, ConsistentRead=True, **start)
        rows: list[Row] = [dict(row) for row in answer["Items"] if request.viewer_id in self._viewers_of(row)]
        if request.erases:
            for row in rows:
                self._erase(row, request.viewer_id)
        after = answer.get("LastEvaluatedKey")
        return StorePage(records=[_plain(row) for row in rows], position=json.dumps(after) if after else None)

    def _erase(self, row: Row, viewer_id: str) -> None:
        if self._pseudonymise is not None:
            self._client.put_item(TableName=self._table_name, Item=self._pseudonymise(row, viewer_id))
        self._client.delete_item(TableName=self._table_name, Key={name: row[name] for name in self._keys})


def _plain(row: Row) -> dict[str, Any]:
    """Return a row without DynamoDB's type names."""
    return {name: next(iter(value.values())) for name, value in row.items()}
