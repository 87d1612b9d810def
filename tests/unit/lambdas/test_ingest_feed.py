"""Feed ingestion: signed bodies, signals validated one by one, losses reported."""

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.dead_letter import DeadLetter
from domain.match import Match, Player, Side
from domain.signal import Signal
from lambdas.adapters.errors import InvalidKeysError
from lambdas.handlers import ingest_feed
from lambdas.handlers.composition import feeds, stores
from lambdas.logic.errors import UnauthorizedError
from lambdas.logic.feed import FeedIntake
from lambdas.logic.signature import SIGNATURE_HEADER, TOLERANCE_SECONDS, sign, verify
from tests.support import aws, builders, fakes
from tests.support.amended_matches import EXAMPLES_VARIABLE
from tests.support.lambda_context import LambdaContext

KEY = "open sesame"
MATCH_ID = "turkey-italy"
NOW = 1_700_000_000
POST = "POST /feeds/opta"


def goal(number: int, **changes: Any) -> dict[str, Any]:
    entry = {
        "id": f"e{number}",
        "kind": "match_event",
        "occurred_at": "2021-06-11T19:53:00.000Z",
        "match_event": {
            "id": f"e{number}",
            "type": "goal",
            "period": 2,
            "clock_seconds": 480.0,
            "side": "away",
            "player": "Immobile",
        },
    }
    return {**entry, **changes}


def signature(path: dict[str, str], text: str, key: str = KEY) -> str:
    return sign(key, builders.request_line(path), text.encode(), int(time.time()))


def request(path: dict[str, str], text: str, **changes: Any) -> dict[str, Any]:
    event = {
        "version": "2.0",
        "pathParameters": path,
        "headers": {SIGNATURE_HEADER: signature(path, text)},
        "body": text,
        "isBase64Encoded": False,
    }
    return {**event, **changes}


def post(runtime: LambdaContext, body: object, **changes: Any) -> tuple[int, dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = ingest_feed.handler(request({"provider": "statsbomb"}, text, **changes), runtime)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def announced(resources: dict[str, str], runtime: LambdaContext) -> None:
    path, text = {"match_id": "turkey-italy"}, json.dumps(builders.a_match().to_dict())
    assert ingest_feed.handler(request(path, text), runtime)["statusCode"] == 201
    assert ingest_feed.handler(request(path, text), runtime)["statusCode"] == 200


def test_every_announcement_is_published_in_order(resources: dict[str, str], runtime: LambdaContext) -> None:
    # GIVEN a match that is announced, moved, and moved back
    first = replace(
        builders.a_match(),
        line_ups=tuple(Player(id=f"p{n}", name="x" * 900, side=Side.HOME) for n in range(99)),
    )
    for match in (first, replace(first, kick_off=first.kick_off + timedelta(hours=2)), first):
        text = json.dumps(match.to_dict())
        assert ingest_feed.handler(request({"match_id": match.id}, text), runtime)["statusCode"] in (200, 201)
    # THEN all three are published in order, without line-ups
    announced = [Match.from_dict(body) for body in aws.messages(resources["ANNOUNCEMENTS_QUEUE_URL"])]
    assert [match.kick_off - first.kick_off for match in announced] == [
        timedelta(0),
        timedelta(hours=2),
        timedelta(0),
    ]
    assert {match.line_ups for match in announced} == {()}


def test_an_announcement_fails_if_it_is_not_published() -> None:
    class FailingAnnouncements(fakes.InMemoryAnnouncements):
        def publish(self, match: Match) -> None:
            raise TimeoutError

    failing = FeedIntake(
        matches=fakes.InMemoryMatchStore(),
        announcements=FailingAnnouncements(),
        signals=fakes.InMemorySignalStream(),
        dead_letters=fakes.InMemoryDeadLetters(),
        telemetry=fakes.RecordedTelemetry(),
        clock=fakes.FrozenClock(),
    )
    with pytest.raises(TimeoutError):
        failing.announce("turkey-italy", builders.a_match().to_dict())


def test_valid_signals_reach_the_stream_and_invalid_ones_are_named(
    announced: None, resources: dict[str, str], runtime: LambdaContext
) -> None:
    bad = goal(2, occurred_at="yesterday")
    status, body = post(runtime, {"match_id": "turkey-italy", "signals": [goal(1), bad, 7, goal(3)]})
    assert (status, body["accepted"]) == (202, 2)
    assert [(entry["index"], entry["field"]) for entry in body["rejected"]] == [
        (1, "signals[1].occurred_at"),
        (2, "signals[2]"),
    ]
    signals = [Signal.from_dict(record) for record in aws.records("signals")]
    assert [(signal.id, signal.source, signal.match_id) for signal in signals] == [
        ("e1", "statsbomb", "turkey-italy"),
        ("e3", "statsbomb", "turkey-italy"),
    ]
    assert all(signal.received_at_ms for signal in signals)
    letters = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert {letter["field"] for letter in letters} == {"signals[1].occurred_at", "signals[2]"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("not a feed", "body"),
        ("[]", ""),
        ({"signals": []}, "match_id"),
        ({"match_id": "turkey-italy"}, "signals"),
        ({"match_id": "turkey-italy", "signals": "many"}, "signals"),
        ({"match_id": "turkey-italy", "signals": [{}] * 501}, "signals"),
    ],
)
def test_an_invalid_body_is_rejected_as_a_whole(
    announced: None, runtime: LambdaContext, body: object, field: str
) -> None:
    status, error = post(runtime, body)
    assert (status, error["field"]) == (400, field)
    assert error["expected"]
    assert aws.records("signals") == []


@pytest.mark.parametrize(
    "header",
    [None, "", "v2=abc", "t=1,v2=" + "0" * 64, signature({"provider": "statsbomb"}, "{}", "another key")],
    ids=["missing", "empty", "without a time", "of another time", "with another key"],
)
def test_an_invalid_signature_is_rejected_without_effect(
    announced: None, runtime: LambdaContext, header: str | None
) -> None:
    headers = {} if header is None else {SIGNATURE_HEADER: header}
    status, error = post(runtime, {"match_id": "turkey-italy", "signals": [goal(1)]}, headers=headers)
    assert (status, error["field"]) == (401, SIGNATURE_HEADER)
    assert aws.records("signals") == []


def test_an_unknown_match_is_not_found(announced: None, runtime: LambdaContext) -> None:
    status, error = post(runtime, {"match_id": "nowhere", "signals": [goal(1)]})
    assert (status, error["field"]) == (404, "match_id")


def test_the_path_and_the_body_must_name_the_same_match(announced: None, runtime: LambdaContext) -> None:
    text = json.dumps(builders.a_match("another").to_dict())
    answer = ingest_feed.handler(request({"match_id": "turkey-italy"}, text), runtime)
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["field"] == "id"


def test_a_base64_body_is_decoded(announced: None, runtime: LambdaContext) -> None:
    text = json.dumps({"match_id": "turkey-italy", "signals": [goal(1)]})
    event = request({"provider": "opta"}, text)
    encoded = {**event, "body": base64.b64encode(text.encode()).decode(), "isBase64Encoded": True}
    assert ingest_feed.handler(encoded, runtime)["statusCode"] == 202


def test_providers_may_have_their_own_keys(
    announced: None, resources: dict[str, str], runtime: LambdaContext
) -> None:
    boto3.client("secretsmanager").put_secret_value(
        SecretId=resources["FEED_KEYS_SECRET_ARN"],
        SecretString=json.dumps({"default": KEY, "statsbomb": "their own"}),
    )
    feeds.feed_keys.reset()
    body = {"match_id": "turkey-italy", "signals": [goal(1)]}
    assert post(runtime, body)[0] == 401
    text = json.dumps(body)
    headers = {SIGNATURE_HEADER: signature({"provider": "statsbomb"}, text, "their own")}
    assert post(runtime, body, headers=headers)[0] == 202


def test_signals_that_the_stream_lost_are_reported_to_the_provider() -> None:
    response = intake(fakes.InMemorySignalStream(lose={"e2"})).accept_signals(
        "opta", {"match_id": "turkey-italy", "signals": [goal(1), goal(2)]}
    )
    assert response["accepted"] == 1
    assert [entry["index"] for entry in response["rejected"]] == [1]


@pytest.mark.parametrize("age", [-TOLERANCE_SECONDS - 1, TOLERANCE_SECONDS + 1])
def test_an_expired_or_future_signature_is_refused(age: int) -> None:
    with pytest.raises(UnauthorizedError, match="within 300 s"):
        verify(sign(KEY, POST, b"{}", NOW - age), [KEY], POST, b"{}", NOW)


@pytest.mark.parametrize(
    ("request_line", "body"),
    [
        (POST, b"{ }"),
        ("PUT /feeds/opta", b"{}"),
        ("POST /feeds/statsbomb", b"{}"),
        ("PUT /matches/opta", b"{}"),
    ],
)
def test_a_signature_is_valid_for_its_method_path_and_body_only(request_line: str, body: bytes) -> None:
    header = sign(KEY, POST, b"{}", NOW)
    verify(header, [KEY], POST, b"{}", NOW)
    with pytest.raises(UnauthorizedError, match="does not match"):
        verify(header, [KEY], request_line, body, NOW)


def test_the_earlier_form_of_signature_is_refused_with_what_changed() -> None:
    digest = hmac.new(KEY.encode(), f"{NOW}.".encode() + b"{}", hashlib.sha256).hexdigest()
    with pytest.raises(UnauthorizedError, match="v2 also covers the method and the path"):
        verify(f"t={NOW},v1={digest}", [KEY], POST, b"{}", NOW)


def test_two_keys_are_accepted_during_a_rotation(
    announced: None, resources: dict[str, str], runtime: LambdaContext
) -> None:
    text = json.dumps({"match_id": "turkey-italy", "signals": [goal(1)]})

    def statuses(keys: object) -> list[int]:
        boto3.client("secretsmanager").put_secret_value(
            SecretId=resources["FEED_KEYS_SECRET_ARN"],
            SecretString=json.dumps({"default": KEY, "statsbomb": keys}),
        )
        feeds.feed_keys.reset()
        headers = [
            {SIGNATURE_HEADER: signature({"provider": "statsbomb"}, text, key)} for key in ("old", "new")
        ]
        return [post(runtime, text, headers=each)[0] for each in headers]

    assert statuses("old") == [202, 401]
    assert statuses(["old", "new"]) == [202, 202]
    assert statuses("new") == [401, 202]


@pytest.mark.parametrize("value", ["", [], ["a", "b", "c"], 7, None, ["a", ""], {"key": "a"}])
def test_an_invalid_value_of_the_keys_is_an_error_that_shows_no_key(
    resources: dict[str, str], value: object
) -> None:
    boto3.client("secretsmanager").put_secret_value(
        SecretId=resources["FEED_KEYS_SECRET_ARN"], SecretString=json.dumps({"default": KEY, "opta": value})
    )
    with pytest.raises(InvalidKeysError, match=r"^feed keys of 'opta': expected a non-empty string or a"):
        feeds.feed_keys().keys("opta")


def announce(runtime: LambdaContext, **changes: Any) -> tuple[int, dict[str, Any]]:
    text = json.dumps({**builders.a_match().to_dict(), **changes})
    answer = ingest_feed.handler(request({"match_id": "turkey-italy"}, text), runtime)
    return answer["statusCode"], json.loads(answer["body"])


def test_an_older_revision_of_an_announcement_is_refused(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    # GIVEN a match that was announced and moved
    assert announce(runtime, revision=1)[0] == 201
    assert announce(runtime, revision=2, kick_off="2021-06-12T19:00:00.000Z")[0] == 200
    # WHEN the first announcement is replayed
    status, error = announce(runtime, revision=1)
    # THEN it is refused, and is neither stored nor published; a retry of the newest is idempotent
    assert (status, error["field"]) == (409, "revision")
    assert "newest announcement or later, got 1" in error["error"]
    assert announce(runtime, revision=2, kick_off="2021-06-12T19:00:00.000Z")[0] == 200
    match = stores.match_store().match("turkey-italy")
    assert match is not None
    assert match.kick_off == builders.KICK_OFF + timedelta(days=1)
    assert len(aws.messages(resources["ANNOUNCEMENTS_QUEUE_URL"])) == 3


def test_announcements_without_a_revision_are_in_order_of_arrival(
    resources: dict[str, str], runtime: LambdaContext
) -> None:
    assert announce(runtime, revision=2)[0] == 201
    assert announce(runtime, kick_off="2021-06-12T19:00:00.000Z")[0] == 200
    assert announce(runtime, revision=1)[0] == 409


def test_a_match_that_a_row_cannot_hold_is_refused(resources: dict[str, str], runtime: LambdaContext) -> None:
    players = [{"id": f"p{n}", "name": "\U0001f600" * 900, "side": "home"} for n in range(99)]
    assert announce(runtime, line_ups=players)[0] == 400


def test_refused_entries_are_kept_as_json_and_cost_no_neighbour(
    announced: None, resources: dict[str, str], runtime: LambdaContext
) -> None:
    # GIVEN a post of many refused entries around one good signal
    bad = [{"id": [], "text": "\U0001f600" * 100_000}, *({"id": f"e{n}"} for n in range(30))]
    status, body = post(runtime, {"match_id": "turkey-italy", "signals": [*bad, goal(1)]})
    # THEN the signal is accepted, and every refused entry is kept
    assert (status, body["accepted"], len(body["rejected"])) == (202, 1, 31)
    letters = aws.messages(resources["DEAD_LETTERS_QUEUE_URL"])
    assert len(letters) == 31
    assert sorted(
        json.loads(letter["payload"])["id"] for letter in letters if len(letter["payload"]) < 99
    ) == (sorted(f"e{n}" for n in range(30)))


def test_a_queue_that_fails_does_not_fail_the_post(
    announced: None, resources: dict[str, str], runtime: LambdaContext
) -> None:
    boto3.client("sqs").delete_queue(QueueUrl=resources["DEAD_LETTERS_QUEUE_URL"])
    status, body = post(runtime, {"match_id": "turkey-italy", "signals": [7, goal(1)]})
    assert (status, body["accepted"]) == (202, 1)
    assert len(aws.records("signals")) == 1


def test_signals_enter_the_stream_before_refused_entries_are_kept() -> None:
    class Stopping(fakes.InMemoryDeadLetters):
        def try_dead_letters(self, letters: Sequence[DeadLetter]) -> int:
            raise TimeoutError  # as if the function had been stopped

    stream = fakes.InMemorySignalStream()
    with pytest.raises(TimeoutError):
        intake(stream, Stopping()).accept_signals("opta", {"match_id": MATCH_ID, "signals": [7, goal(1)]})
    assert [signal.id for signal in stream.signals] == ["e1"]


def test_an_id_may_be_in_one_post_twice() -> None:
    stream = fakes.InMemorySignalStream(lose={"e2"})
    entries = [goal(1), goal(1), goal(2), goal(2), {"id": "e2"}]
    answer = intake(stream).accept_signals("opta", {"match_id": MATCH_ID, "signals": entries})
    assert answer["accepted"] == 2
    assert [each["index"] for each in answer["rejected"]] == [2, 3, 4]


def test_no_provider_may_post_as_an_operator(announced: None, runtime: LambdaContext) -> None:
    text = json.dumps({"match_id": MATCH_ID, "signals": [goal(1)]})
    answer = ingest_feed.handler(request({"provider": "operator"}, text), runtime)
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["field"] == "provider"


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", "goal", "match_event", "home", "2021-06-11T19:53:00.000Z", MATCH_ID])
)
JSON_VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*goal(1), *goal(1)["match_event"], "posts", "observation", "signals"]), inner
        )
    ),
    max_leaves=12,
)


@st.composite
def altered(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """Draw an object in which some fields, also of nested objects, have any value or none."""
    result: dict[str, Any] = {}
    for name, value in whole.items():
        change = draw(st.sampled_from(["keep", "keep", "keep", "drop", "replace"]))
        if change == "keep":
            result[name] = draw(altered(value)) if isinstance(value, dict) else value
        elif change == "replace":
            result[name] = draw(JSON_VALUES)
    return result


POSTS = st.fixed_dictionaries(
    {
        "match_id": st.just(MATCH_ID) | JSON_VALUES,
        "signals": st.lists(altered(goal(1)) | JSON_VALUES, max_size=6) | JSON_VALUES,
    }
)
BODIES = st.one_of(
    (POSTS | JSON_VALUES | altered(builders.a_match().to_dict())).map(json.dumps),
    st.text(),
    st.integers(min_value=1, max_value=3_000).map(
        lambda depth: f'{{"match_id": "{MATCH_ID}", "signals": [' + "[" * depth + "]" * depth + "]}"
    ),
    st.just('{"match_id": "turkey-italy", "signals": [1e999, -0, NaN, ' + "9" * 5_000 + "]}"),
)
PATHS = st.sampled_from([{"provider": "statsbomb"}, {"match_id": MATCH_ID}, {"provider": " "}, {}, None])


@settings(
    max_examples=int(os.environ.get(EXAMPLES_VARIABLE, "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=BODIES, path=PATHS, encoded=st.sampled_from([None, "valid", "invalid"]), headers=st.booleans())
def test_no_request_is_a_server_error(
    in_memory: fakes.InMemoryDeadLetters,
    runtime: LambdaContext,
    text: str,
    path: dict[str, str] | None,
    encoded: str | None,
    headers: bool,
) -> None:
    body = text.encode("utf-8", "surrogatepass")
    line = builders.request_line(path) if path else "POST /"
    event: dict[str, Any] = {"pathParameters": path, "body": text}
    if headers:
        event["headers"] = {SIGNATURE_HEADER: sign(KEY, line, body, int(time.time()))}
    if encoded is not None:
        content = base64.b64encode(body).decode() if encoded == "valid" else text + "%"
        event |= {"isBase64Encoded": True, "body": content}
    in_memory.letters.clear()
    answer = ingest_feed.handler(event, runtime)
    answered = json.loads(answer["body"])
    assert answer["statusCode"] in (200, 201, 202, 400, 401, 404)
    if answer["statusCode"] >= 400:
        assert isinstance(answered["field"], str)
        assert answered["error"]
    elif answer["statusCode"] == 202:
        assert len(in_memory.letters) == len(answered["rejected"])
        for letter in in_memory.letters:
            json.loads(letter["payload"])


@pytest.fixture
def in_memory(resources: dict[str, str]) -> fakes.InMemoryDeadLetters:
    """The endpoint with an intake in memory; returns its dead letters."""
    letters = fakes.InMemoryDeadLetters()
    feeds.feed_intake.supply(intake(fakes.InMemorySignalStream(), letters))
    return letters


def intake(
    signals: fakes.InMemorySignalStream, dead_letters: fakes.InMemoryDeadLetters | None = None
) -> FeedIntake:
    return FeedIntake(
        matches=fakes.InMemoryMatchStore(builders.a_match()),
        announcements=fakes.InMemoryAnnouncements(),
        signals=signals,
        dead_letters=dead_letters or fakes.InMemoryDeadLetters(),
        telemetry=fakes.RecordedTelemetry(),
        clock=fakes.FrozenClock(),
    )
