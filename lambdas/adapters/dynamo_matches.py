"""Matches, contexts and controls in the table `matches`: one partition per match."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.announced import Announced
from domain.context import MatchContext
from domain.controls import Controls
from domain.match import Match
from lambdas.adapters.stored_rows import reading

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef as AttributeValue
    from types_boto3_dynamodb.type_defs import UpdateItemInputTypeDef as UpdateItem

KEPT_FOR = timedelta(days=30)
MATCH_CACHED_FOR = timedelta(seconds=30)
VERSION_CACHED_FOR = timedelta(seconds=1)


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
        self._cached: dict[str, tuple[Match, datetime]] = {}
        self._versions: dict[str, tuple[int, datetime]] = {}

    def match(self, match_id: str) -> Match | None:
        """Return the match, cached for half a minute; None if it was never announced."""
        known = self._cached.get(match_id)
        if known is not None and self._clock() < known[1]:
            return known[0]
        answer = self._client.get_item(
            TableName=self._table_name,
            Key={"match_id": {"S": match_id}, "item": {"S": "MATCH"}},
            ConsistentRead=True,
        )
        if "Item" not in answer:
            return None
        match = _read_match(answer["Item"])
        self._cached[match_id] = (match, self._clock() + MATCH_CACHED_FOR)
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
        self._cached.pop(match.id, None)
        return Announced.CHANGED if "Attributes" in answer else Announced.NEW

    def match_state(self, match_id: str) -> tuple[Match | None, MatchContext | None, Controls]:
        """Read the match, its newest context and its controls in one consistent read."""
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
        return match, context, controls

    def newest_version(self, match_id: str) -> int:
        """Return the version of the newest context, cached for a second; 0 if there is none."""
        known = self._versions.get(match_id)
        if known is not None and self._clock() < known[1]:
            return known[0]
        answer = self._client.get_item(
            TableName=self._table_name,
            Key={"match_id": {"S": match_id}, "item": {"S": "CONTEXT"}},
            ProjectionExpression="version",
        )
        version = int(answer["Item"]["version"]["N"]) if "Item" in answer else 0
        self._versions[match_id] = (version, self._clock() + VERSION_CACHED_FOR)
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
        try:
            self._client.put_item(
                TableName=self._table_name,
                Item={
                    "match_id": {"S": match_id},
                    "item": {"S": item},
                    counter: {"N": str(number)},
                    **{name: {"S": text} for name, text in texts.items()},
                    "expires_at": {"N": str(int((self._clock() + KEPT_FOR).timestamp()))},
                },
                ConditionExpression=f"attribute_not_exists({counter}) OR {counter} = :previous",
                ExpressionAttributeValues={":previous": {"N": str(number - 1)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


@reading("match")
def _read_match(item: Mapping[str, Any]) -> Match:
    return Match.from_dict(json.loads(item["match"]["S"]))


def _json(context: MatchContext) -> str:
    return json.dumps(context.to_dict(), separators=(",", ":"))
