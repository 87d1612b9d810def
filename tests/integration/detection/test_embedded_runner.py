"""The embedded engine against Kinesis, SNS and SQS: signals in, moments and refused records out."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from benchmarks.rig.producer_library import aggregated
from domain.detection.rules import rules_with_overrides
from domain.errors import InvalidFieldError
from domain.moment import Moment
from local.embedded_settings import EmbeddedSettings
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed
from local.twin.services.kinesisanalytics.embedded_runner import EmbeddedRunner
from tests.integration.detection.matches import moments_of

STREAM = "signals"


class Stage:
    """The stream, the topic with a queue that hears it, and the queue of dead letters."""

    def __init__(self) -> None:
        region = "eu-central-1"
        self.kinesis = boto3.client("kinesis", region_name=region)
        self.sns = boto3.client("sns", region_name=region)
        self.sqs = boto3.client("sqs", region_name=region)
        self.kinesis.create_stream(StreamName=STREAM, ShardCount=3)
        topic = self.sns.create_topic(Name="moments")["TopicArn"]
        self.heard = self.sqs.create_queue(QueueName="heard")["QueueUrl"]
        self.letters = self.sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.heard, AttributeNames=["QueueArn"])
        self.sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
        self.settings = EmbeddedSettings.from_properties(
            {
                "signals.stream.name": STREAM,
                "moments.topic.arn": topic,
                "dead.letters.queue.url": self.letters,
                "polling.interval.milliseconds": "10",
            }
        )

    def runner(self) -> EmbeddedRunner:
        return EmbeddedRunner(self.kinesis, self.sns, self.sqs, self.settings)

    def put(self, payload: bytes, match_id: str = "m") -> None:
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

    def moments(self) -> list[Moment]:
        return [Moment.from_dict(json.loads(message["Body"])) for message in self.messages(self.heard)]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield Stage()


@pytest.fixture(scope="module")
def feed() -> Feed:
    return load_feed("statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS)


def step(runner: EmbeddedRunner) -> None:
    """One turn of the runner's loop."""
    runner.read_once()
    runner.flush()


def started(stage: Stage) -> EmbeddedRunner:
    runner = stage.runner()
    runner._reader.discover()
    return runner


def test_a_whole_match_through_the_stream_is_the_detectors_own_result(stage: Stage, feed: Feed) -> None:
    # GIVEN a running engine
    stop, runner = threading.Event(), stage.runner()
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()

    # WHEN a match comes over the stream
    expected = {moment.id: moment for moment in moments_of(feed.match.id, feed.signals)}
    stage.put_feed(feed)
    while runner.counts["published"] < len(expected):
        assert thread.is_alive()
        stop.wait(0.02)
    stop.set()
    thread.join()

    # THEN the topic carries exactly the detector's moments, stamped
    published = stage.moments()
    assert len(published) == len(expected)
    for moment in published:
        assert moment.detected_at_ms is not None
        assert moment.score == expected[moment.id].score
        assert moment.order == expected[moment.id].order


def test_moments_carry_the_attributes_that_subscribers_filter_by(stage: Stage, feed: Feed) -> None:
    runner = started(stage)
    stage.put_feed(feed)
    step(runner)
    message = stage.messages(stage.heard)[0]
    assert message["MessageAttributes"]["match_id"]["StringValue"] == feed.match.id
    assert message["MessageAttributes"]["type"]["StringValue"] == json.loads(message["Body"])["type"]


def test_what_is_refused_is_kept_with_its_reason_and_blocks_nobody(stage: Stage, feed: Feed) -> None:
    # GIVEN garbage, a wrong field and a signal that is far too late, among the signals of a match
    runner = started(stage)
    good = [json.dumps(signal.to_dict()).encode() for signal in feed.signals]
    late = json.dumps({**feed.signals[3].to_dict(), "id": "late"}).encode()
    wrong = json.dumps({**feed.signals[0].to_dict(), "kind": "gossip"}).encode()
    for payload in (b"\xff\xfe", b"{", b"[1]", wrong, *good[:300], late, good[300]):
        stage.put(payload)

    # WHEN they are read
    step(runner)

    # THEN each has its letter, and the match went on
    letters = [json.loads(message["Body"]) for message in stage.messages(stage.letters)]
    assert len(letters) == 5
    assert [letter.get("field") for letter in letters[:4]] == [None, None, "", "kind"]
    assert "match_event, posts, observation" in letters[3]["reason"]
    assert letters[4]["reason"].startswith("later than the allowed lateness")
    assert runner.counts == {
        "malformed": 4,
        "refused": 1,
        "late": 1,
        "accepted": 301,
        "published": len(stage.moments()),
    }


def test_moments_that_the_topic_refuses_are_published_on_the_next_turn(
    stage: Stage, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = started(stage)
    stage.put_feed(feed)
    publish = stage.sns.publish_batch
    answers = iter(["throttled", "one failed"])

    def unwilling(**request: Any) -> Any:
        match next(answers, None):
            case "throttled":
                raise ClientError({"Error": {"Code": "Throttled", "Message": "slow down"}}, "PublishBatch")
            case "one failed":
                first, *rest = request["PublishBatchRequestEntries"]
                publish(**{**request, "PublishBatchRequestEntries": rest})
                return {"Successful": [], "Failed": [{"Id": first["Id"]}]}
            case _:
                return publish(**request)

    monkeypatch.setattr(stage.sns, "publish_batch", unwilling)
    runner.read_once()
    with pytest.raises(ClientError):
        runner.flush()
    runner.flush()
    runner.flush()

    ids = [moment.id for moment in stage.moments()]
    assert sorted(ids) == sorted(moment.id for moment in moments_of(feed.match.id, feed.signals))


def test_a_runner_that_starts_anew_in_mid_match_says_nothing_under_another_id(
    stage: Stage, feed: Feed
) -> None:
    # GIVEN a runner that dies in mid-match
    half = len(feed.signals) // 2
    for signal in feed.signals[:half]:
        stage.put(json.dumps(signal.to_dict()).encode(), feed.match.id)
    step(started(stage))
    for signal in feed.signals[half:]:
        stage.put(json.dumps(signal.to_dict()).encode(), feed.match.id)

    # WHEN another takes its place and reads the stream from its beginning
    step(started(stage))

    # THEN what it says again it says with the same words
    told = {moment.id: moment for moment in moments_of(feed.match.id, feed.signals)}
    heard = [replace(moment, detected_at_ms=None) for moment in stage.moments()]
    assert {moment.id for moment in heard} == set(told)
    assert all(moment == told[moment.id] for moment in heard)


def test_an_aggregated_record_is_read_as_flink_reads_it(stage: Stage, feed: Feed) -> None:
    runner = started(stage)
    payloads = [json.dumps(signal.to_dict()).encode() for signal in feed.signals]
    for start in range(0, len(payloads), 100):
        stage.put(aggregated(feed.match.id, payloads[start : start + 100]), feed.match.id)
    step(runner)
    assert len(stage.moments()) == len(moments_of(feed.match.id, feed.signals))
    assert runner.counts["accepted"] == len(payloads)


def test_rules_of_ones_own_replace_the_default_ones(stage: Stage, feed: Feed) -> None:
    # GIVEN a rush of two goals in a quarter of an hour, in place of three in ten minutes
    rush = {"kind": "goals_in_window", "moment": "GOAL_RUSH", "threshold": 2, "window_seconds": 900}
    stage.settings = replace(stage.settings, rules=rules_with_overrides(json.dumps([rush])))
    runner = started(stage)
    stage.put_feed(feed)
    step(runner)
    assert {"GOAL_RUSH", "FULL_TIME"} <= {moment.type for moment in stage.moments()}


def test_matches_do_not_mix(stage: Stage, feed: Feed) -> None:
    runner = started(stage)
    for signal in feed.signals:
        for match_id in ("one", "two"):
            stage.put(json.dumps({**signal.to_dict(), "match_id": match_id}).encode(), match_id)
    step(runner)
    by_match = dict.fromkeys(("one", "two"), 0)
    for moment in stage.moments():
        by_match[moment.match_id] += 1
    assert by_match["one"] == by_match["two"] == len(moments_of(feed.match.id, feed.signals))


def test_records_of_a_resharded_stream_are_read_to_the_end(stage: Stage, feed: Feed) -> None:
    runner = started(stage)
    half = len(feed.signals) // 2
    for signal in feed.signals[:half]:
        stage.put(json.dumps(signal.to_dict()).encode(), feed.match.id)
    step(runner)
    shards = stage.kinesis.list_shards(StreamName=STREAM)["Shards"]
    stage.kinesis.merge_shards(
        StreamName=STREAM, ShardToMerge=shards[0]["ShardId"], AdjacentShardToMerge=shards[1]["ShardId"]
    )
    for signal in feed.signals[half:]:
        stage.put(json.dumps(signal.to_dict()).encode(), feed.match.id)
    for _ in range(3):
        step(runner)
    assert len(stage.moments()) == len(moments_of(feed.match.id, feed.signals))


def test_a_missing_property_is_named() -> None:
    with pytest.raises(InvalidFieldError, match=r"touchline\.moments\.topic\.arn"):
        EmbeddedSettings.from_properties({"signals.stream.name": "s"})
    with pytest.raises(InvalidFieldError, match=r"touchline\.allowed\.lateness\.seconds: expected a number"):
        EmbeddedSettings.from_properties(
            {
                "signals.stream.name": "s",
                "moments.topic.arn": "t",
                "dead.letters.queue.url": "q",
                "allowed.lateness.seconds": "soon",
            }
        )
