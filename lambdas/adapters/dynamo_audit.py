"""The audit log in the table `audit`; conditional writes make it append-only."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.audit import LINES_BY_TIME, AuditEntry, Operator, Outcome
from domain.tombstone import viewer_hash
from domain.validation import format_instant
from lambdas.adapters.connection_rows import epoch
from lambdas.adapters.stored_rows import reading

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


AFTER_ALL_INSTANTS = "A"
"""Sorts after every instant, which begins with a digit."""


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
                    "at": {"S": format_instant(entry.at)},
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

    def newest_lines(
        self, match_id: str, limit: int, *, until: datetime | None = None
    ) -> Sequence[AuditEntry]:
        """Return the newest lines of a match, newest first; only lines up to `until`, if given.

        One query of `limit` rows, however long the log is. The index follows the table within about a second.
        """
        answer = self._client.query(
            TableName=self._table_name,
            IndexName=LINES_BY_TIME,
            KeyConditionExpression="match_id = :match AND #at <= :until",
            ExpressionAttributeNames={"#at": "at"},
            ExpressionAttributeValues={
                ":match": {"S": match_id},
                ":until": {"S": format_instant(until) if until else AFTER_ALL_INSTANTS},
            },
            ScanIndexForward=False,
            Limit=limit,
        )
        return [read_audit(row) for row in answer["Items"]]


@reading("audit line")
def read_audit(row: dict[str, Any]) -> AuditEntry:
    """Return the line in a row of the table or of its stream."""
    return AuditEntry.from_dict(json.loads(row["audit"]["S"]))


def operator_of_row(row: dict[str, Any]) -> Iterator[str]:
    """Yield the operator whom the row of a line names; what operators wrote in it does not count."""
    yield row["line"]["S"].split("#", 1)[0]


def pseudonymous_line(row: dict[str, Any], viewer_id: str) -> dict[str, Any]:
    """Return the row of a line with a pseudonym in place of the operator's id and name."""
    who = Operator(id=f"erased-{viewer_hash(viewer_id)[:16]}", name="erased")
    entry = replace(read_audit(row), who=who)
    return {**row, **_key(entry), "audit": {"S": json.dumps(entry.to_dict(), separators=(",", ":"))}}


def _key(entry: AuditEntry) -> dict[str, Any]:
    which = "asked" if entry.outcome is Outcome.ASKED else "became"
    return {
        "match_id": {"S": entry.match_id},
        "line": {"S": f"{entry.who.id}#{entry.request_id}#{which}"},
    }
