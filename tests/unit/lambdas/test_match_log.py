"""The match log, from the functions that write it to the operators' valid `night` messages."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from domain.audit import AuditEntry, Operator, Outcome
from domain.batches import batches
from domain.context import initial_context, merge
from domain.controls import Controls
from domain.moment import Moment
from domain.recommendation import Refusal
from domain.signal import PostCounts, Signal, SignalKind
from domain.validation import format_instant
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.handlers import operate, record_night, tell_operators, watch
from lambdas.handlers.composition import operators, posts
from lambdas.handlers.errors import BatchFailedError
from lambdas.logic.buffered_telemetry import BufferedTelemetry
from lambdas.logic.dispatch_log import DispatchLog
from lambdas.logic.message_size import MAX_MESSAGE_BYTES
from tests.support import aws, builders, fakes
from tests.support.dispatch_rig import DispatchRig
from tests.support.lambda_context import LambdaContext
from tests.support.protocol import validate_message

OPERATOR = {
    "viewerId": "op-1",
    "role": "operator",
    "operatorName": "olga",
    "operatorUsername": "olga",
    "tokenExpiresAt": str(2**33),
}
VIEWER = {"viewerId": "viewer-1", "role": "viewer"}
MATCH = "turkey-italy"


@pytest.fixture
def room(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> fakes.RecordingPoster:
    """The control room's functions on moto's tables, with a poster that records."""
    topic = boto3.client("sns", aws.REGION).create_topic(Name="moments")["TopicArn"]
    for name, value in {
        "MOMENTS_TOPIC_ARN": topic,
        "AUDIT_RETENTION_DAYS": "30",
        "DEAD_LETTER_QUEUES": f"letters={resources['DEAD_LETTERS_QUEUE_URL']}",
    }.items():
        monkeypatch.setenv(name, value)
    poster = fakes.RecordingPoster()
    posts.connection_poster.supply(poster)
    operators.operator_directory.supply(fakes.InMemoryOperatorDirectory())
    _store().put_match(builders.a_match())
    DynamoCatalogueStore(
        boto3.client("dynamodb", aws.REGION), components_table="components", constraints_table="constraints"
    ).replace_components([builders.a_component("poll")])
    return poster


def _store() -> DynamoMatchStore:
    return DynamoMatchStore(boto3.client("dynamodb", aws.REGION), "matches", fakes.FrozenClock())


def _say(
    handler: Any, runtime: LambdaContext, authorizer: Mapping[str, str], **message: Any
) -> dict[str, Any]:
    event = {
        "requestContext": {"connectionId": "c1", "authorizer": authorizer},
        "body": json.dumps({"requestId": "r1", "matchId": MATCH, **message}),
    }
    reply: dict[str, Any] = json.loads(handler.handler(event, runtime)["body"])
    validate_message(reply["type"].capitalize(), reply)
    return reply


def _entries_sent(poster: fakes.RecordingPoster) -> list[dict[str, Any]]:
    """Return every entry that the operator got; validate each message."""
    entries = []
    for body in poster.inboxes.pop("c1", []):
        message = json.loads(body)
        validate_message("Night", message)
        entries += message["entries"]
    return entries


def _posts(minute: int) -> Signal:
    return Signal(
        id=f"posts-{minute}",
        match_id=MATCH,
        source="jetstream",
        kind=SignalKind.POSTS,
        occurred_at=builders.KICK_OFF + timedelta(minutes=minute),
        posts=PostCounts(interval_seconds=10, count=12, sentiment_sum=3.5, sentiment_count=7),
    )


def _notified(moment: Moment) -> dict[str, Any]:
    return {"Records": [{"Sns": {"MessageId": "m1", "Message": json.dumps(moment.to_dict())}}]}


def _changes(table: str) -> dict[str, Any]:
    rows = boto3.client("dynamodb", aws.REGION).scan(TableName=table)["Items"]
    return {"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": row}} for row in rows]}


def test_an_operator_gets_the_match_log_and_then_each_change(
    room: fakes.RecordingPoster, runtime: LambdaContext
) -> None:
    # GIVEN a recorded moment and a recorded interval of posts
    record_night.handler(_notified(builders.a_moment(1)), runtime)
    operators.match_log_recorder().record_posts(_posts(3))
    # WHEN an operator watches
    assert _say(watch, runtime, OPERATOR, action="watch")["type"] == "ack"
    # THEN the operator gets the match log so far
    entries = {entry["kind"]: entry for entry in _entries_sent(room)}
    assert set(entries) == {"match", "controls", "moment", "deadLetters", "components", "crowd"}
    assert entries["moment"]["detectedAfterMs"] == 10
    assert entries["deadLetters"]["counts"] == {"letters": 0}
    assert entries["components"]["components"][0]["id"] == "poll"
    # AND each later change
    context = merge(initial_context(builders.a_match()), builders.a_match(), [builders.a_moment(1)])
    assert context
    _store().put_context(context, {"contextBuiltAt": 1})
    _store().put_controls(Controls(match_id=MATCH).holding([builders.a_moment(2)]))
    tell_operators.handler(_changes("matches"), runtime)
    changed = {entry["kind"]: entry for entry in _entries_sent(room)}
    assert changed["context"]["score"] == [0, 1]
    assert [moment["id"] for moment in changed["controls"]["held"]] == [builders.a_moment(2).id]


def test_a_large_catalogue_comes_in_several_messages(
    room: fakes.RecordingPoster, resources: dict[str, str], runtime: LambdaContext
) -> None:
    # GIVEN a catalogue whose titles alone are larger than a message
    known = [builders.a_component(f"poll-{number:03}", title="x" * 1_000) for number in range(150)]
    DynamoCatalogueStore(
        boto3.client("dynamodb", aws.REGION), components_table="components", constraints_table="constraints"
    ).replace_components(known)
    # WHEN an operator watches THEN every component arrives, in messages that API Gateway sends
    _say(watch, runtime, OPERATOR, action="watch")
    assert all(len(body) < MAX_MESSAGE_BYTES for inbox in room.inboxes.values() for body in inbox)
    entries = [entry for entry in _entries_sent(room) if entry["kind"] == "components"]
    assert [entry.get("continued", False) for entry in entries] == [False] + [True] * (len(entries) - 1)
    received = [component["id"] for entry in entries for component in entry["components"]]
    assert received == [component.id for component in known]


def test_a_command_changes_the_context_once_and_is_audited(
    room: fakes.RecordingPoster, runtime: LambdaContext
) -> None:
    _say(watch, runtime, OPERATOR, action="watch")
    _entries_sent(room)
    freeze = {"action": "operate", "command": "freeze", "componentId": "poll", "reason": "broken"}
    for _ in range(2):
        assert _say(operate, runtime, OPERATOR, **freeze)["type"] == "ack"
    _, context, _ = _store().match_state(MATCH)
    assert context
    assert (context.version, context.frozen) == (1, ("poll",))
    tell_operators.handler(_changes("audit"), runtime)
    lines = _entries_sent(room)
    assert sorted(line["outcome"] for line in lines) == ["asked", "done"]
    assert {line["operator"] for line in lines} == {"olga"}


@pytest.mark.parametrize("action", ["operate", "watch"])
def test_a_viewer_is_forbidden_and_adds_no_line(
    room: fakes.RecordingPoster, runtime: LambdaContext, action: str
) -> None:
    handler = operate if action == "operate" else watch
    reply = _say(handler, runtime, VIEWER, action=action, command="hold", reason="mine")
    assert reply["code"] == "FORBIDDEN"
    _say(watch, runtime, OPERATOR, action="watch")
    assert [entry for entry in _entries_sent(room) if entry["kind"] == "audit"] == []


def test_the_audit_log_is_read_newest_first_a_page_at_a_time(
    room: fakes.RecordingPoster, runtime: LambdaContext
) -> None:
    # GIVEN a log of more than two pages, each line a second after the one before
    log = operators.audit_log()
    for second in range(230):
        log.add_line(_line(second))
    # WHEN an operator watches THEN the newest page comes with the match log
    _say(watch, runtime, OPERATOR, action="watch")
    page = _audit_seconds(room)
    assert page == list(range(229, 129, -1))
    # AND each page after it when the operator asks, until nothing is left
    while len(page) == 100:
        until = format_instant(builders.KICK_OFF + timedelta(seconds=page[-1]))
        _say(watch, runtime, OPERATOR, action="watch", auditUntil=until)
        older = _audit_seconds(room)
        assert older == list(range(page[-1], max(page[-1] - 100, -1), -1))
        page = older
    assert page[-1] == 0


def test_a_page_of_the_audit_log_needs_an_instant(
    room: fakes.RecordingPoster, runtime: LambdaContext
) -> None:
    reply = _say(watch, runtime, OPERATOR, action="watch", auditUntil="yesterday")
    assert (reply["code"], reply["field"]) == ("BAD_REQUEST", "auditUntil")


def _line(second: int) -> AuditEntry:
    return AuditEntry(
        match_id=MATCH,
        request_id=f"r{second * 7919 % 1000}",
        who=Operator(id="op-1", name="olga"),
        what={"command": "hold"},
        why=str(second),
        at=builders.KICK_OFF + timedelta(seconds=second),
        outcome=Outcome.ASKED,
    )


def _audit_seconds(room: fakes.RecordingPoster) -> list[int]:
    return [int(entry["why"]) for entry in _entries_sent(room) if entry["kind"] == "audit"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "command"),
        ({"command": "dance"}, "command"),
        ({"command": "hold"}, "reason"),
        ({"command": "hold", "reason": "r", "types": ["GOAAAL"]}, "types[0]"),
        ({"command": "cancel", "reason": "r"}, "momentId"),
        ({"command": "freeze", "reason": "r"}, "componentId"),
        ({"command": "inject", "reason": "r"}, "moment"),
        (
            {"command": "inject", "reason": "r", "moment": {"type": "GOAL", "score": {"home": -1}}},
            "moment.score.home",
        ),
        ({"command": "hold", "reason": "r", "requestId": ""}, "requestId"),
    ],
)
def test_an_invalid_command_is_rejected_with_the_field(
    room: fakes.RecordingPoster, runtime: LambdaContext, fields: dict[str, Any], field: str
) -> None:
    reply = _say(operate, runtime, OPERATOR, **{"action": "operate", **fields})
    assert (reply["code"], reply["field"]) == ("BAD_REQUEST", field)


def test_a_closed_watcher_is_removed(room: fakes.RecordingPoster, runtime: LambdaContext) -> None:
    _say(watch, runtime, OPERATOR, action="watch")
    room.gone.add("c1")
    feed = operators.operator_feed()
    feed.publish(MATCH, [{"kind": "match"}])
    assert list(feed.watchers.watchers(MATCH, feed.clock())) == []


def test_an_invalid_notification_is_rejected_and_a_failed_one_is_retried(
    resources: dict[str, str], room: fakes.RecordingPoster, runtime: LambdaContext
) -> None:
    record_night.handler({"Records": [{"Sns": {"MessageId": "m1", "Message": "no JSON"}}]}, runtime)
    (letter,) = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert letter["source"] == "night"
    boto3.client("dynamodb", aws.REGION).delete_table(TableName="night")
    with pytest.raises(BatchFailedError):
        record_night.handler(_notified(builders.a_moment(1)), runtime)


def test_a_dispatch_is_logged_with_audiences_counts_and_latencies(rig: DispatchRig) -> None:
    # GIVEN a dispatcher that writes to the match log
    match_log, telemetry = fakes.InMemoryMatchLog(), BufferedTelemetry(telemetry=rig.telemetry)
    log = DispatchLog(decisions=rig.decisions, match_log=match_log, telemetry=telemetry, clock=rig.clock)
    rig.dispatcher = replace(rig.dispatcher, decisions=log, telemetry=telemetry)
    rig.follow(1, 2, 3)
    rig.poster.gone.add("c00003")
    # WHEN a version is dispatched
    rig.dispatch()
    # THEN one entry describes it
    (entry,) = match_log.newest_entries(MATCH, "dispatch", 10)
    validate_message("NightDispatch", entry)
    assert (entry["viewers"], entry["rungs"]) == (2, {"cohort": 2})
    assert (entry["counts"]["Sent"], entry["counts"]["Gone"]) == (2, 1)
    assert {"recommend", "post"} <= set(entry["steps"])
    assert entry["cohorts"][0]["refused"] == {}
    # AND the decisions are forwarded
    assert len(rig.decisions.decisions) == 2


def test_a_frozen_component_is_neither_placed_nor_an_alternative(rig: DispatchRig) -> None:
    rig.follow(1)
    rig.dispatch(rig.context().with_frozen(("poll", "bet")))
    (message,) = rig.inbox(1)
    shown = {each["componentId"] for each in (*message["placements"], *message["alternatives"])}
    assert shown == {"stats"}
    (placement,) = message["placements"]
    assert placement["constraints"] == ["frozen-by-operator"]
    # AND the message lists the frozen components, so that apps remove them from the versions that they show
    validate_message("Components", message)
    assert message["frozen"] == ["poll", "bet"]


def test_a_frozen_component_is_removed_even_if_there_is_no_other(rig: DispatchRig) -> None:
    # GIVEN a ladder whose answer would be to keep what is shown
    rig.recommender.refusal = Refusal.MISSING
    rig.catalogue.known = {"bet": rig.catalogue.known["bet"]}
    rig.follow(1)
    # WHEN the shown component is frozen
    rig.dispatch(rig.context().with_frozen(("bet",)))
    # THEN the message has no placements
    (message,) = rig.inbox(1)
    assert (message["rung"], message["placements"]) == ("editorial", [])


def test_a_long_log_is_split_into_messages_below_the_frame_limit() -> None:
    entries = [{"kind": "crowd", "id": str(number), "text": "x" * 90} for number in range(500)]
    messages = list(batches(entries, size=lambda entry: len(json.dumps(entry)), max_size=24_000))
    assert [entry for batch in messages for entry in batch] == entries
    assert all(len(json.dumps(batch)) < 26_000 for batch in messages)
