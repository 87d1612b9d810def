"""The night in DynamoDB: what operators may want to see of a match, kept for some days."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.metrics import Metric
from lambdas.adapters.connection_rows import epoch
from lambdas.observability import TELEMETRY

KEPT_FOR = timedelta(days=3)


class DynamoMatchLog:
    """One partition per match; entries of a kind lie together, in the order of their keys."""

    def __init__(self, client: Any, table_name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock

    def add_entry(self, match_id: str, key: str, entry: Mapping[str, Any]) -> None:
        """Keep an entry; the same key again replaces it."""
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
        """The newest entries of a kind, newest first."""
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


class BestEffortMatchLog:
    """A night log whose losses are counted and fail nothing: viewers come before operators."""

    def __init__(self, log: DynamoMatchLog) -> None:
        self._log = log

    def add_entry(self, match_id: str, key: str, entry: Mapping[str, Any]) -> None:
        """Keep an entry, as well as it goes."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._log.add_entry(match_id, key, entry)
        except (ClientError, BotoCoreError) as error:
            TELEMETRY.count(Metric.MATCH_LOG_ENTRIES_LOST)
            TELEMETRY.warn("night entry lost", reason=str(error))


def read_match_log_entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the table or of its stream as its entry."""
    entry: dict[str, Any] = json.loads(row["night"]["S"])
    return entry
