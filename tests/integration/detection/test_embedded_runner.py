"""The embedded engine against Kinesis, SNS and SQS: reads signals, publishes moments and dead letters."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from benchmarks.rig.producer_library import aggregated
from domain.detection.engine import CLOSE_AFTER_SILENCE
from domain.detection.rules import rules_with_overrides
from domain.match_event import MatchEventType
from domain.moment import Moment
from flink_app.engine_cache import STATE_KEPT_FOR
from flink_app.settings import APPLICATION_GROUP, Settings
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed
from local.twin.services.kinesisanalytics.embedded_runner import EmbeddedRunner
from tests.support.feed_entries import HOME, entry, goal
from tests.support.odd_records import GOAL_RECORD, MATCH_ID, REFUSED
from tests.support.real_matches import moments_of

STREAM = "signals"


class System:
    """The signals stream, the moments topic with a queue that subscribes to it, and the dead-letter queue."""

    def __init__(self) -> None:
        region = "eu-central-1"
        self.kinesis = boto3.client("kinesis", region_name=region)
        self.sns = boto3.client("sns", region_name=region)
        self.sqs = boto3.client("sqs", region_name=region)
        self.kinesis.create_stream(StreamName=STREAM, ShardCount=3)
        topic = self.sns.create_topic(Name="moments")["TopicArn"]
        self.moments_queue = self.sqs.create_queue(QueueName="moments")["QueueUrl"]
        self.dead_letters_queue = self.sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.moments_queue, AttributeNames=["QueueArn"])
        self.sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
        self.settings = Settings.from_groups(
            {
                APPLICATION_GROUP: {
                    "aws.region": region,
                    "signals.stream.name": STREAM,
                    "moments.topic.arn": topic,
                    "dead.letters.queue.url": self.dead_letters_queue,
                    "polling.interval.milliseconds": "10",
                }
            }
        )

    def runner(self, seconds: Callable[[], float] = time.monotonic) -> EmbeddedRunner:
        return EmbeddedRunner(self.kinesis, self.sns, self.sqs, self.settings, seconds=seconds)

    def put_record(self, payload: bytes, match_id: str = "m") -> None:
        self.kinesis.put_record(StreamName=STREAM, Data=payload, PartitionKey=match_id)

    def put_feed(self, feed: Feed) -> None:
        records = [
            {"Data": json.dumps(signal.to_dict()).encode(), "PartitionKey": signal.match_id}
            for signal in feed.signals
        ]
        for start in range(0, len(records), 500):
            self.kinesis.put_records(StreamName=STREAM, Records=records[start : start + 500])

    def messages(self, queue: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while batch := self.sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            found += batch
            for message in batch:
                self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def dead_letters(self) -> list[dict[str, Any]]:
        return [json.loads(message["Body"]) for message in self.messages(self.dead_letters_queue)]

    def moments(self) -> list[Moment]:
        return [
            Moment.from_dict(json.loads(message["Body"])) for message in self.messages(self.moments_queue)
        ]


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield System()


@pytest.fixture(scope="module")
def feed() -> Feed:
    return load_feed("statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS)


def step(runner: EmbeddedRunner) -> None:
    """Read and publish once."""
    runner.read_once()
    runner.flush()


def test_a_match_through_the_stream_gives_the_detectors_moments(system: System, feed: Feed) -> None:
    # GIVEN a running engine
    stop, runner = threading.Event(), system.runner()
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()

    # WHEN a match is written to the stream
    expected = {moment.id: moment for moment in moments_of(feed.match.id, feed.signals)}
    system.put_feed(feed)
    while runner.counts["published_moments"] < len(expected):
        assert thread.is_alive()
        stop.wait(0.02)
    stop.set()
    thread.join()

    # THEN the topic carries exactly the detector's moments, stamped
    published = system.moments()
    assert len(published) == len(expected)
    for moment in published:
        assert moment.detected_at_ms is not None
        assert moment.score == expected[moment.id].score
        assert moment.order == expected[moment.id].order


def test_moments_carry_the_attributes_that_subscribers_filter_by(system: System, feed: Feed) -> None:
    runner = system.runner()
    system.put_feed(feed)
    step(runner)
    message = system.messages(system.moments_queue)[0]
    assert message["MessageAttributes"]["match_id"]["StringValue"] == feed.match.id
    assert message["MessageAttributes"]["type"]["StringValue"] == json.loads(message["Body"])["type"]


def test_refused_records_become_dead_letters_and_do_not_block_others(system: System, feed: Feed) -> None:
    # GIVEN malformed records, an invalid field and a late signal, among the signals of a match
    runner = system.runner()
    good = [json.dumps(signal.to_dict()).encode() for signal in feed.signals]
    late = json.dumps({**feed.signals[3].to_dict(), "id": "late"}).encode()
    wrong = json.dumps({**feed.signals[0].to_dict(), "kind": "gossip"}).encode()
    for payload in (b"\xff\xfe", b"{", b"[1]", wrong, *good[:300], late, good[300]):
        system.put_record(payload)

    # WHEN they are read
    step(runner)

    # THEN each has its dead letter, and the match went on
    letters = system.dead_letters()
    assert len(letters) == 5
    assert [letter.get("field") for letter in letters[:4]] == [None, None, "", "kind"]
    assert "match_event, posts, observation" in letters[3]["reason"]
    assert letters[4]["reason"].startswith("later than the allowed lateness")
    assert runner.counts == {
        "malformed_records": 3,
        "malformed_signals": 1,
        "late_signals": 1,
        "accepted_signals": 301,
        "dead_letters": 5,
        "published_moments": len(system.moments()),
    }


def test_moments_that_the_topic_refuses_are_published_on_the_next_turn(
    system: System, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = system.runner()
    system.put_feed(feed)
    publish = system.sns.publish_batch
    answers = iter(["throttled", "one failed"])

    def failing(**request: Any) -> Any:
        match next(answers, None):
            case "throttled":
                raise ClientError({"Error": {"Code": "Throttled", "Message": "slow down"}}, "PublishBatch")
            case "one failed":
                first, *rest = request["PublishBatchRequestEntries"]
                publish(**{**request, "PublishBatchRequestEntries": rest})
                return {
                    "Successful": [],
                    "Failed": [{"Id": first["Id"], "Code": "InternalError", "SenderFault": False}],
                }
            case _:
                return publish(**request)

    monkeypatch.setattr(system.sns, "publish_batch", failing)
    runner.read_once()
    with pytest.raises(ClientError):
        runner.flush()
    runner.flush()
    runner.flush()

    ids = [moment.id for moment in system.moments()]
    assert sorted(ids) == sorted(moment.id for moment in moments_of(feed.match.id, feed.signals))


def test_a_runner_that_restarts_during_a_match_publishes_the_same_moments(system: System, feed: Feed) -> None:
    # GIVEN a runner that ends during a match
    half = len(feed.signals) // 2
    for signal in feed.signals[:half]:
        system.put_record(json.dumps(signal.to_dict()).encode(), feed.match.id)
    step(system.runner())
    for signal in feed.signals[half:]:
        system.put_record(json.dumps(signal.to_dict()).encode(), feed.match.id)

    # WHEN another runner reads the stream from its beginning
    step(system.runner())

    # THEN a moment that it publishes again is the same moment
    expected = {moment.id: moment for moment in moments_of(feed.match.id, feed.signals)}
    published = [replace(moment, detected_at_ms=None) for moment in system.moments()]
    assert {moment.id for moment in published} == set(expected)
    assert all(moment == expected[moment.id] for moment in published)


def test_an_aggregated_record_is_read_as_flink_reads_it(system: System, feed: Feed) -> None:
    runner = system.runner()
    payloads = [json.dumps(signal.to_dict()).encode() for signal in feed.signals]
    for start in range(0, len(payloads), 100):
        system.put_record(aggregated(feed.match.id, payloads[start : start + 100]), feed.match.id)
    step(runner)
    assert len(system.moments()) == len(moments_of(feed.match.id, feed.signals))
    assert runner.counts["accepted_signals"] == len(payloads)


def test_declared_rules_replace_the_default_ones(system: System, feed: Feed) -> None:
    # GIVEN a rush of two goals in fifteen minutes, instead of three in ten
    rush = {"kind": "goals_in_window", "moment": "GOAL_RUSH", "threshold": 2, "window_seconds": 900}
    system.settings = replace(system.settings, rules=rules_with_overrides(json.dumps([rush])))
    runner = system.runner()
    system.put_feed(feed)
    step(runner)
    assert {"GOAL_RUSH", "FULL_TIME"} <= {moment.type for moment in system.moments()}


def test_matches_do_not_mix(system: System, feed: Feed) -> None:
    runner = system.runner()
    for signal in feed.signals:
        for match_id in ("one", "two"):
            system.put_record(json.dumps({**signal.to_dict(), "match_id": match_id}).encode(), match_id)
    step(runner)
    by_match = dict.fromkeys(("one", "two"), 0)
    for moment in system.moments():
        by_match[moment.match_id] += 1
    assert by_match["one"] == by_match["two"] == len(moments_of(feed.match.id, feed.signals))


def test_records_of_a_resharded_stream_are_read_to_the_end(system: System, feed: Feed) -> None:
    runner = system.runner()
    half = len(feed.signals) // 2
    for signal in feed.signals[:half]:
        system.put_record(json.dumps(signal.to_dict()).encode(), feed.match.id)
    step(runner)
    shards = system.kinesis.list_shards(StreamName=STREAM)["Shards"]
    system.kinesis.merge_shards(
        StreamName=STREAM, ShardToMerge=shards[0]["ShardId"], AdjacentShardToMerge=shards[1]["ShardId"]
    )
    for signal in feed.signals[half:]:
        system.put_record(json.dumps(signal.to_dict()).encode(), feed.match.id)
    for _ in range(3):
        step(runner)
    assert len(system.moments()) == len(moments_of(feed.match.id, feed.signals))


def test_odd_records_become_dead_letters_with_their_reasons(system: System) -> None:
    # GIVEN odd records after a goal, alone and aggregated
    runner = system.runner()
    odd = [record.data for record in REFUSED.values()]
    for payload in (GOAL_RECORD, *odd, aggregated(MATCH_ID, odd)):
        system.put_record(payload, MATCH_ID)

    # WHEN they are read
    step(runner)

    # THEN each has its dead letter, twice, and the goal its moment
    letters = [(letter["reason"], letter.get("field")) for letter in system.dead_letters()]
    assert len(letters) == 2 * len(odd)
    for (reason, field), record in zip(letters, [*REFUSED.values()] * 2, strict=True):
        assert reason.startswith(record.reason)
        assert field == record.field
    assert [moment.type for moment in system.moments()] == ["GOAL"]


def test_a_correction_that_waited_is_a_dead_letter_when_its_entry_is_of_another_kind(system: System) -> None:
    runner = system.runner()
    waiting = entry(MatchEventType.CARD_CANCELLED, 1, 3, entry_id="c", related_id="g")
    for signal in (waiting, goal(HOME, 1, 2, entry_id="g")):
        system.put_record(json.dumps(signal.to_dict()).encode())
    step(runner)
    [letter] = system.dead_letters()
    assert letter["reason"] == "match_event.related_id: expected the id of a card entry, g is a goal"
    assert json.loads(letter["payload"]) == waiting.to_dict()
    assert [moment.type for moment in system.moments()] == ["GOAL"]
    assert (runner.counts["waiting_signals"], runner.counts["accepted_signals"]) == (1, 1)


def test_a_match_is_closed_after_a_long_silence_and_not_before(system: System, feed: Feed) -> None:
    # GIVEN a match that has ended
    passed = [0.0]
    runner = system.runner(seconds=lambda: passed[0])
    system.put_feed(feed)
    step(runner)
    published = len(system.moments())

    # WHEN it goes on within the silence that is allowed
    passed[0] = CLOSE_AFTER_SILENCE.total_seconds() - 1
    runner.close_silent_matches()
    going_on = replace(entry(MatchEventType.PERIOD_START, 3, 0), match_id=feed.match.id)
    system.put_record(json.dumps(going_on.to_dict()).encode(), feed.match.id)
    step(runner)

    # THEN its end is revoked
    assert published
    assert any(moment.type == "FULL_TIME" and moment.is_retracted for moment in system.moments())

    # AND WHEN it is silent for longer THEN a later signal starts no new match
    passed[0] += CLOSE_AFTER_SILENCE.total_seconds() + 1
    runner.close_silent_matches()
    system.put_record(json.dumps({**going_on.to_dict(), "id": "straggler"}).encode(), feed.match.id)
    step(runner)
    assert system.moments() == []
    [letter] = system.dead_letters()
    assert letter["reason"].endswith("after its match was closed")


def test_a_closed_match_is_forgotten_when_its_state_would_expire(system: System) -> None:
    # GIVEN a match that was closed after a long silence
    passed = [0.0]
    runner = system.runner(seconds=lambda: passed[0])
    system.put_record(json.dumps(entry(MatchEventType.PERIOD_START, 1, 0).to_dict()).encode())
    step(runner)
    passed[0] = CLOSE_AFTER_SILENCE.total_seconds() + 1
    runner.close_silent_matches()

    # WHEN the time passes for which Flink keeps its state THEN nothing is left of it, and not before
    passed[0] += STATE_KEPT_FOR.total_seconds() - 1
    runner.close_silent_matches()
    assert runner.matches == 1
    passed[0] += 2
    runner.close_silent_matches()
    assert runner.matches == 0
