"""The audit log in the table `audit`; conditional writes make it append-only."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.audit import AuditEntry, Outcome
from lambdas.adapters.connection_rows import epoch
from lambdas.adapters.stored_rows import reading

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoAuditLog:
    """One partition per match; a request has two lines, the request itself and its outcome."""

    def __init__(self, client: "DynamoDBClient", table_name: str, *, retention_days: int) -> None:
        self._client = client
        self._table_name = table_name
        self._kept_for = timedelta(days=retention_days)

    def add_line(self, entry: AuditEntry) -> AuditEntry | None:
        """Add a line; if the request already has one of this kind, return that one and change nothing."""
        try:
            self._client.put_item(
                TableName=self._table_name,
                Item={
                    **_key(entry),
                    "audit": {"S": json.dumps(entry.to_dict(), separators=(",", ":"))},
                    "expires_at": epoch(entry.at + self._kept_for),
                },
                ConditionExpression="attribute_not_exists(line)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            response: Any = error.response
            return read_audit(response["Item"])
        return None

    def outcome_of(self, asked: AuditEntry) -> AuditEntry | None:
        """Return the outcome of a request; None if it has none yet."""
        row = self._client.get_item(
            TableName=self._table_name,
            Key=_key(asked.with_outcome(Outcome.DONE, asked.at)),
            ConsistentRead=True,
        ).get("Item")
        return read_audit(row) if row else None

    def newest_lines(self, match_id: str, limit: int) -> Sequence[AuditEntry]:
        """Return the newest lines of a match, newest first."""
        found: list[AuditEntry] = []
        start: dict[str, Any] = {}
        while True:
            answer = self._client.query(
                TableName=self._table_name,
                KeyConditionExpression="match_id = :match",
                ExpressionAttributeValues={":match": {"S": match_id}},
                **start,
            )
            found += [read_audit(row) for row in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


@reading("audit line")
def read_audit(row: dict[str, Any]) -> AuditEntry:
    """Return the line in a row of the table or of its stream."""
    return AuditEntry.from_dict(json.loads(row["audit"]["S"]))


def _key(entry: AuditEntry) -> dict[str, Any]:
    which = "asked" if entry.outcome is Outcome.ASKED else "became"
    return {
        "match_id": {"S": entry.match_id},
        "line": {"S": f"{entry.who.id}#{entry.request_id}#{which}"},
    }
