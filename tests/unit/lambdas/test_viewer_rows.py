"""A viewer's rows are found by their viewers alone, whatever text the viewer's id is."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from domain.audience import Audience
from domain.audit import AuditEntry, Operator, Outcome
from domain.capacity_window import Capacity, CapacityWindow
from domain.channel import viewer_address
from domain.cohort import ViewerTraits
from domain.context import initial_context, merge
from domain.controls import Controls
from domain.dispatch_checkpoint import DispatchCheckpoint
from domain.placement import Rung
from domain.publish_progress import PublishProgress
from domain.recommendation import Recommendation, viewer_owner
from domain.sight import Sight
from domain.subscription import Subscription
from domain.viewer_request import Purpose, ViewerRequest
from lambdas.adapters import connection_rows
from lambdas.adapters.connection_rows import viewers_of_connection_row
from lambdas.adapters.dynamo_audiences import DynamoAudienceStore
from lambdas.adapters.dynamo_audit import DynamoAuditLog, operator_of_row
from lambdas.adapters.dynamo_budget import post_budget, rate_budgets
from lambdas.adapters.dynamo_capacity import DynamoCapacityWindows
from lambdas.adapters.dynamo_connections import DynamoConnectionStore
from lambdas.adapters.dynamo_ledger import DynamoDispatchLedger
from lambdas.adapters.dynamo_match_log import DynamoMatchLog
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.adapters.dynamo_publish_ledger import DynamoPublishLedger
from lambdas.adapters.dynamo_recommendations import DynamoRecommendationCache
from lambdas.adapters.dynamo_watchers import DynamoWatcherStore
from lambdas.adapters.viewer_rows import DynamoViewerRows
from lambdas.logic.match_log_entries import context_entry, match_entry, moment_entry
from tests.support import builders, fakes

NOW = builders.KICK_OFF
MATCH, CELL = "turkey-italy", "goal/level"
LIFE = timedelta(hours=2)
Row = dict[str, Any]
VIEWERS_OF = {"connections": viewers_of_connection_row, "audit": operator_of_row}
WITHOUT_VIEWERS = ("matches", "night")
KEYS = {"connections": ("pk", "sk"), "audit": ("match_id", "line")}


def write_rows(*viewer_ids: str) -> None:
    """Write every kind of row with its writer, those that name a viewer once for each viewer."""
    for viewer_id in viewer_ids:
        _write_viewer_rows(builders.a_viewer(viewer_id=viewer_id))
    dynamodb, clock = boto3.client("dynamodb"), fakes.FrozenClock(NOW)
    match, moment = builders.a_match(MATCH), builders.a_moment(2, match_id=MATCH)
    context = merge(initial_context(match), match, [moment])
    assert context is not None
    connections = DynamoConnectionStore(dynamodb, "connections", shards=4)
    connections.record_subscriber_count(MATCH, 2, 42, NOW)
    budgets = rate_budgets(dynamodb, "connections", campaign="touchline", limit=10, per_viewer=False)
    for budget in (*budgets, post_budget(dynamodb, "connections", per_second=100, burst=50)):
        budget.take_token(NOW)
    DynamoCapacityWindows(dynamodb, "connections").put_window(
        CapacityWindow(
            name=f"MATCH#{MATCH}",
            begins_at=NOW,
            ends_at=NOW + LIFE,
            capacity=Capacity(transactions_per_second=400, dispatch_environments=8),
        )
    )
    DynamoWatcherStore(dynamodb, "connections").add_watcher(MATCH, "watcher=", NOW + LIFE)
    ledger = DynamoDispatchLedger(dynamodb, "connections", clock)
    ledger.mark_planned(MATCH, 2)
    ledger.claim(MATCH, 2, 3, now=NOW, until=NOW + LIFE)
    ledger.save_checkpoint(MATCH, 2, 3, DispatchCheckpoint(position="position=", owed=("owed=",)))
    ledger.save_columns(context)
    cohort = builders.a_viewer().cohort
    audience = Audience(cohort=cohort, consents=frozenset({"betting"}))
    audiences = DynamoAudienceStore(dynamodb, "connections")
    audiences.add(MATCH, audience, NOW)
    audiences.count_viewers(MATCH, audience, 42)
    published = DynamoPublishLedger(dynamodb, "connections", clock)
    published.release(MATCH, 2, audience.address(MATCH), PublishProgress(is_published=True))
    _recommend(cohort.key)
    matches = DynamoMatchStore(dynamodb, "matches", clock)
    matches.put_match(match)
    matches.put_context(initial_context(match), {"plannedAt": 1_020})
    matches.put_controls(Controls(match_id=MATCH).holding([moment]))
    log = DynamoMatchLog(dynamodb, "night", clock)
    for entry in (match_entry(match), context_entry(context, {}), moment_entry(moment, match)):
        log.add_entry(MATCH, "2", entry)


def _write_viewer_rows(viewer: ViewerTraits) -> None:
    dynamodb = boto3.client("dynamodb")
    store = DynamoConnectionStore(dynamodb, "connections", shards=4)
    connection_id = viewer_address(MATCH, viewer.viewer_id)[:12]
    store.add_connection(connection_id, viewer, NOW + LIFE, now=NOW, limit=20)
    store.subscribe(
        Subscription(
            match_id=MATCH, connection_id=connection_id, viewer=viewer, expires_at=NOW + LIFE, last_version=2
        )
    )
    seen = Sight(component_id="poll", version=1, at=NOW)
    store.record_acts(MATCH, connection_id, sights=[seen], has_chosen=True, busy_for=timedelta(), now=NOW)
    DynamoAudienceStore(dynamodb, "connections").add_named(MATCH, viewer, NOW, limit=42)
    _recommend(viewer_owner(viewer.viewer_id))
    line = AuditEntry(
        match_id=MATCH,
        request_id='{"viewer_id": "quoted"}',
        who=Operator(id=viewer.viewer_id, name="olga"),
        what={"command": "hold"},
        why='{"operatorId": "quoted"}',
        at=NOW,
        outcome=Outcome.ASKED,
    )
    log = DynamoAuditLog(dynamodb, "audit", retention_days=400)
    for each in (line, line.with_outcome(Outcome.DONE, NOW)):
        log.add_line(each)


def _recommend(owner: str) -> None:
    cache = DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    cache.claim_recommendations(MATCH, CELL, [owner], NOW, limit=12)
    ranking = Recommendation(component_ids=("poll", "quiz"), rung=Rung.COHORT, recommendation_id="r")
    cache.store_recommendations(MATCH, CELL, {owner: ranking}, NOW, kept_for=LIFE)


def rows(table: str) -> list[Row]:
    found: list[Row] = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return found


def texts(value: object) -> Iterator[str]:
    """Yield every text and number in a value, with names of attributes, type names and parts of keys."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from (*texts(name), *texts(inner))
        case list():
            for inner in value:
                yield from texts(inner)
        case str():
            yield value
            yield from re.split(r'[#|/:,"\[\]{} ]+', value)
        case _:
            yield str(value)


def erase(table: str, viewer_id: str) -> list[Row]:
    asked = ViewerRequest(viewer_id=viewer_id, purpose=Purpose.ERASE, requested_at=NOW)
    store = DynamoViewerRows(
        boto3.client("dynamodb"), table, name=table, keys=KEYS[table], viewers_of=VIEWERS_OF[table]
    )
    return [dict(record) for record in store.serve(asked, None).records]


def test_each_documented_kind_of_row_is_written_here(resources: dict[str, str]) -> None:
    write_rows("alice")
    documented = re.findall(r"^\| `([A-Z]+)", connection_rows.__doc__ or "", re.MULTILINE)
    assert {row["pk"]["S"].split("#")[0] for row in rows("connections")} == set(documented)


def test_rows_are_found_by_the_viewers_in_them_and_by_nobody_else(resources: dict[str, str]) -> None:
    # GIVEN rows of two viewers whose ids are in no other text, and all rows that name nobody
    viewers = ("zoe-9f", "zoe-9f0")
    write_rows(*viewers)
    for table, viewers_of in VIEWERS_OF.items():
        # THEN a row names a viewer if the id is in it
        for row in rows(table):
            written = {each for each in viewers if re.search(rf"\b{each}\b", json.dumps(row))}
            assert set(viewers_of(row)) == written, row
    # AND tables that are not searched name none
    assert not any(viewers[0] in json.dumps(row) for table in WITHOUT_VIEWERS for row in rows(table))


def test_no_other_value_of_a_row_is_taken_for_a_viewer(resources: dict[str, str]) -> None:
    # GIVEN every text, number, name and part of a key that is in any row and names no viewer
    write_rows("zoe-9f", "zoe-9f0")
    stored = [row for table in (*VIEWERS_OF, *WITHOUT_VIEWERS) for row in rows(table)]
    others = {each for each in texts(stored) if "zoe-9f" not in each}
    assert others >= {"2", "42", "Italy", "S", "viewer_id", MATCH, "CONTEXT", "EXPOSURES", "COUNT", "quoted"}
    # THEN no row names a viewer with such an id
    for table, viewers_of in VIEWERS_OF.items():
        assert others.isdisjoint(each for row in rows(table) for each in viewers_of(row))


@pytest.mark.parametrize("viewer_id", ["2", "Italy", "S", MATCH, "COUNT", "viewer:zoe", "auth0|5f"])
def test_a_viewer_with_any_id_is_erased_alone(resources: dict[str, str], viewer_id: str) -> None:
    # GIVEN a viewer whose id is also another text of other rows
    write_rows("zoe")
    before = {table: rows(table) for table in KEYS}
    write_rows(viewer_id)
    assert all(len(rows(table)) > len(before[table]) for table in KEYS)
    # WHEN the viewer is erased
    found = {table: erase(table, viewer_id) for table in KEYS}
    # THEN what names the viewer is gone, and what is left was there before
    assert {table: len(found[table]) for table in KEYS} == {"connections": 7, "audit": 2}
    for table in KEYS:
        assert keys_of(table, rows(table)) == keys_of(table, before[table])


def keys_of(table: str, found: list[Row]) -> set[tuple[str, ...]]:
    return {tuple(row[name]["S"] for name in KEYS[table]) for row in found}


def test_a_copy_has_the_rows_without_type_names(resources: dict[str, str]) -> None:
    write_rows("zoe", "yan")
    request = ViewerRequest(viewer_id="zoe", purpose=Purpose.EXPORT, requested_at=NOW)
    store = DynamoViewerRows(
        boto3.client("dynamodb"), "connections", name="connections", keys=KEYS["connections"]
    )
    records = store.serve(request, None).records
    assert len(records) == 7
    assert "yan" not in json.dumps(records)
    (subscription,) = [record for record in records if record.get("engaged") and "profile" in record]
    assert subscription["viewer_id"] == "zoe"
