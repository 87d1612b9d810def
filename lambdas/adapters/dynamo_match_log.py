"""The match log in the table `night`: what operators can see of a match, kept for three days."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from domain.metrics import Metric
from lambdas.adapters.connection_rows import epoch
from lambdas.adapters.stored_rows import reading
from lambdas.observability import PowertoolsTelemetry

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=3)


class DynamoMatchLog:
    """One partition per match; the sort key is the entry's kind and key, so each kind is in key order."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock

    def add_entry(self, match_id: str, key: str, entry: Mapping[str, Any]) -> None:
        """Write an entry; an entry of the same kind and key is replaced."""
        self._client.put_item(
            TableName=self._table_name,
            Item={
                "match_id": {"S": match_id},
                "entry": {"S": f"{entry['kind']}#{key}"},
                "night": {"S": json.dumps(dict(entry), separators=(",", ":"), ensure_ascii=False)},
                "expires_at": epoch(self._clock() + KEPT_FOR),
            },
        )

    def newest_entries(self, match_id: str, kind: str, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return the newest entries of a kind, newest first."""
        found: list[Mapping[str, Any]] = []
        start: dict[str, Any] = {}
        while len(found) < limit:
            answer = self._client.query(
                TableName=self._table_name,
                KeyConditionExpression="match_id = :match AND begins_with(entry, :kind)",
                ExpressionAttributeValues={":match": {"S": match_id}, ":kind": {"S": f"{kind}#"}},
                ScanIndexForward=False,
                Limit=limit - len(found),
                **start,
            )
            found += [read_match_log_entry(row) for row in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
        return found


class _MatchLogWriter(Protocol):
    def add_entry(self, match_id: str, key: str, entry: Mapping[str, Any]) -> None: ...


class BestEffortMatchLog:
    """A match log for dispatches: a lost entry is counted and does not raise, because viewers come first."""

    def __init__(self, match_log: _MatchLogWriter, telemetry: PowertoolsTelemetry) -> None:
        self._match_log = match_log
        self._telemetry = telemetry

    def add_entry(self, match_id: str, key: str, entry: Mapping[str, Any]) -> None:
        """Write an entry, best effort."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._match_log.add_entry(match_id, key, entry)
        except (ClientError, BotoCoreError) as error:
            self._telemetry.count(Metric.MATCH_LOG_ENTRIES_LOST)
            self._telemetry.warning("match log entry lost", reason=str(error))


@reading("match log entry")
def read_match_log_entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry in a row of the table or of its stream."""
    entry: dict[str, Any] = json.loads(row["night"]["S"])
    return entry
