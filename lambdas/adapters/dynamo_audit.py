"""The audit log in DynamoDB: lines are added on the condition that they are not there yet, never changed."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from domain.audit import AuditEntry, Outcome
from lambdas.adapters.connection_rows import epoch


class DynamoAuditLog:
    """One partition per match; a request has two lines: that it was asked for, and what became of it."""

    def __init__(self, client: Any, table_name: str, *, retention_days: int) -> None:
        self._client = client
        self._table_name = table_name
        self._kept_for = timedelta(days=retention_days)

    def add_line(self, entry: AuditEntry) -> AuditEntry | None:
        """Add a line; the one that is there already under the same request, if there is one."""
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
            return read_audit(error.response["Item"])
        return None

    def outcome_of(self, asked: AuditEntry) -> AuditEntry | None:
        """What became of an operation; None if nobody noted it yet."""
        row = self._client.get_item(
            TableName=self._table_name,
            Key=_key(asked.became(Outcome.DONE, asked.at)),
            ConsistentRead=True,
        ).get("Item")
        return read_audit(row) if row else None

    def newest_lines(self, match_id: str, limit: int) -> Sequence[AuditEntry]:
        """The newest lines of a match, newest first."""
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


def read_audit(row: dict[str, Any]) -> AuditEntry:
    """A row of the table or of its stream as its line."""
    return AuditEntry.from_dict(json.loads(row["audit"]["S"]))


def _key(entry: AuditEntry) -> dict[str, Any]:
    which = "asked" if entry.outcome is Outcome.ASKED else "became"
    return {
        "match_id": {"S": entry.match_id},
        "line": {"S": f"{entry.who.id}#{entry.request_id}#{which}"},
    }
