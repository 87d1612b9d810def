"""Matches, contexts and controls in the table `matches`: one partition per match.

| item | holds |
|---|---|
| `MATCH` | the announced match |
| `CONTEXT` | the newest version of its context |
| `CONTROLS` | the operators' controls |
| `HIGHEST` | the highest version of the context and revision of the controls, each written before its item |

A partition serves 3,000 read units a second. The state of a match has 13 kB, so a consistent read of it takes
four; one of `HIGHEST` takes one, and tells whether a state that was read before may be old.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.announced import Announced
from domain.context import MatchContext
from domain.controls import Controls
from domain.match import Match
from lambdas.adapters.stored_rows import reading
from lambdas.adapters.timed_cache import TimedCache

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef as AttributeValue
    from types_boto3_dynamodb.type_defs import UpdateItemInputTypeDef as UpdateItem

MatchState = tuple[Match | None, MatchContext | None, Controls]
KEPT_FOR = timedelta(days=30)
MATCH_CACHED_FOR = timedelta(seconds=30)
VERSION_CACHED_FOR = timedelta(seconds=1)
STATE_CACHED_FOR = timedelta(seconds=1)


@reading("context")
def read_context(item: Mapping[str, Any]) -> tuple[MatchContext, dict[str, int]]:
    """Return the context and its trace from a CONTEXT item of the table or of its stream."""
    trace = item.get("trace", {}).get("S", "{}")
    return MatchContext.from_stored(json.loads(item["context"]["S"])), json.loads(trace)


@reading("controls")
def read_controls(item: Mapping[str, Any]) -> Controls:
    """Return the controls from a CONTROLS item of the table or of its stream."""
    return Controls.from_dict(json.loads(item["controls"]["S"]))


class DynamoMatchStore:
    """Matches, contexts and controls, with consistent reads and conditional writes."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._matches = TimedCache[str, Match](MATCH_CACHED_FOR)
        self._versions = TimedCache[str, int](VERSION_CACHED_FOR)
        self._states = TimedCache[str, MatchState](STATE_CACHED_FOR)

    def match(self, match_id: str) -> Match | None:
        """Return the match, cached for half a minute; None if it was never announced."""
        known = self._matches.find(match_id, self._clock())
        if known is not None:
            return known
        answer = self._client.get_item(
            TableName=self._table_name,
            Key={"match_id": {"S": match_id}, "item": {"S": "MATCH"}},
            ConsistentRead=True,
        )
        if "Item" not in answer:
            return None
        match = _read_match(answer["Item"])
        self._matches.store(match_id, match, self._clock())
        return match

    def put_match(self, match: Match) -> Announced:
        """Add or replace a match, unless a newer revision was announced.

        An announcement without a revision replaces any other; the row keeps its newest revision.
        """
        values: dict[str, AttributeValue] = {
            ":match": {"S": json.dumps(match.to_dict(), separators=(",", ":"))},
            ":expires_at": {"N": str(int((match.kick_off + KEPT_FOR).timestamp()))},
        }
        update: UpdateItem = {
            "TableName": self._table_name,
            "Key": {"match_id": {"S": match.id}, "item": {"S": "MATCH"}},
            "UpdateExpression": "SET #match = :match, expires_at = :expires_at",
            "ExpressionAttributeNames": {"#match": "match"},
            "ExpressionAttributeValues": values,
            "ReturnValues": "ALL_OLD",
        }
        if match.revision is not None:
            update["UpdateExpression"] += ", revision = :revision"
            update["ConditionExpression"] = "attribute_not_exists(revision) OR revision <= :revision"
            values[":revision"] = {"N": str(match.revision)}
        try:
            answer = self._client.update_item(**update)
        except self._client.exceptions.ConditionalCheckFailedException:
            return Announced.STALE
        self._matches.remove(match.id)
        return Announced.CHANGED if "Attributes" in answer else Announced.NEW

    def recent_match_state(self, match_id: str) -> MatchState:
        """Return the state that this execution environment read within the last second, or read it."""
        known = self._states.find(match_id, self._clock())
        return known if known is not None else self.match_state(match_id)

    def match_state(self, match_id: str) -> MatchState:
        """Read the match, its newest context and its controls in one consistent read."""
        read_at = self._clock()
        answer = self._client.query(
            TableName=self._table_name,
            KeyConditionExpression="match_id = :match",
            ExpressionAttributeValues={":match": {"S": match_id}},
            ConsistentRead=True,
        )
        items = {item["item"]["S"]: item for item in answer["Items"]}
        match = _read_match(items["MATCH"]) if "MATCH" in items else None
        context = read_context(items["CONTEXT"])[0] if "CONTEXT" in items else None
        controls = read_controls(items["CONTROLS"]) if "CONTROLS" in items else Controls(match_id=match_id)
        state = match, context, controls
        if match is not None:
            self._states.store(match_id, state, read_at)
        return state

    def highest_numbers(self, match_id: str) -> tuple[int, int]:
        """Read `HIGHEST` consistently: the version of the context and the revision of the controls."""
        row = self._client.get_item(
            TableName=self._table_name, Key=_highest(match_id), ConsistentRead=True
        ).get("Item", {})
        version, revision = (int(row[name]["N"]) if name in row else 0 for name in ("version", "revision"))
        return version, revision

    def newest_version(self, match_id: str) -> int:
        """Return the version of the newest context, cached for a second; 0 if there is none."""
        known = self._versions.find(match_id, self._clock())
        if known is not None:
            return known
        answer = self._client.get_item(
            TableName=self._table_name,
            Key={"match_id": {"S": match_id}, "item": {"S": "CONTEXT"}},
            ProjectionExpression="version",
        )
        version = int(answer["Item"]["version"]["N"]) if "Item" in answer else 0
        self._versions.store(match_id, version, self._clock())
        return version

    def put_context(self, context: MatchContext, trace: Mapping[str, int]) -> bool:
        """Write a version if the previous one is still the newest."""
        return self._put_next(
            context.match_id,
            "CONTEXT",
            counter="version",
            number=context.version,
            texts={"context": _json(context), "trace": json.dumps(dict(trace), separators=(",", ":"))},
        )

    def replace_context(self, context: MatchContext) -> bool:
        """Replace the newest version in place; `plan_dispatch` ignores changes within a version."""
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key={"match_id": {"S": context.match_id}, "item": {"S": "CONTEXT"}},
                UpdateExpression="SET #context = :context",
                ConditionExpression="version = :version",
                ExpressionAttributeNames={"#context": "context"},
                ExpressionAttributeValues={
                    ":context": {"S": _json(context)},
                    ":version": {"N": str(context.version)},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def put_controls(self, controls: Controls) -> bool:
        """Write a revision of the controls if the previous one is still the newest."""
        return self._put_next(
            controls.match_id,
            "CONTROLS",
            counter="revision",
            number=controls.revision,
            texts={"controls": json.dumps(controls.to_dict(), separators=(",", ":"))},
        )

    def _put_next(
        self, match_id: str, item: str, *, counter: str, number: int, texts: Mapping[str, str]
    ) -> bool:
        """Write a numbered item if the one before it is still the newest."""
        self._raise_highest(match_id, counter, number)
        try:
            self._client.put_item(
                TableName=self._table_name,
                Item={
                    "match_id": {"S": match_id},
                    "item": {"S": item},
                    counter: {"N": str(number)},
                    **{name: {"S": text} for name, text in texts.items()},
                    "expires_at": self._expires_at(),
                },
                ConditionExpression=f"attribute_not_exists({counter}) OR {counter} = :previous",
                ExpressionAttributeValues={":previous": {"N": str(number - 1)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _raise_highest(self, match_id: str, counter: str, number: int) -> None:
        """Raise a number in `HIGHEST`; if its item is not written, it is too high, which costs reads only."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(
                TableName=self._table_name,
                Key=_highest(match_id),
                UpdateExpression=f"SET {counter} = :number, expires_at = :expires_at",
                ConditionExpression=f"attribute_not_exists({counter}) OR {counter} < :number",
                ExpressionAttributeValues={
                    ":number": {"N": str(number)},
                    ":expires_at": self._expires_at(),
                },
            )

    def _expires_at(self) -> "AttributeValue":
        return {"N": str(int((self._clock() + KEPT_FOR).timestamp()))}


@reading("match")
def _read_match(item: Mapping[str, Any]) -> Match:
    return Match.from_dict(json.loads(item["match"]["S"]))


def _highest(match_id: str) -> "dict[str, AttributeValue]":
    return {"match_id": {"S": match_id}, "item": {"S": "HIGHEST"}}


def _json(context: MatchContext) -> str:
    return json.dumps(context.to_dict(), separators=(",", ":"))
