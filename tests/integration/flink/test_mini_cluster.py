"""The packaged application in a mini-cluster finds the detector's moments, in spite of faults."""

import json
import random
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.rig.flink_rig import flink_rig
from benchmarks.rig.producer_library import aggregated
from domain.match_event import MatchEvent, MatchEventType
from domain.moment import Moment
from domain.signal import Signal
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed
from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner
from tests.support.real_matches import moments_of

pytestmark = pytest.mark.flink

RESTORED, AGGREGATED = "restored", "aggregated"


@pytest.fixture(scope="module")
def feed() -> Feed:
    return load_feed("statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS)


def untimed(moment: Moment) -> Moment:
    """Return the moment without its times of processing."""
    return replace(moment, detected_at_ms=None, received_at_ms=None)


def untidy(signals: list[Signal], seed: int) -> list[Signal]:
    """Return the signals as a bad connection delivers them: a third twice, each up to 100 seconds late."""
    chance = random.Random(seed)
    twice = signals + chance.sample(signals, len(signals) // 3)
    return sorted(twice, key=lambda s: s.occurred_at + timedelta(seconds=chance.uniform(0, 100)))


def test_moments_survive_duplicates_malformed_records_late_signals_and_a_crash(
    feed: Feed, package: Path, tmp_path: Path
) -> None:
    signals = list(feed.signals)
    crashing = [replace(signal, match_id=RESTORED) for signal in untidy(signals, seed=2)]
    clean = {moment.id: untimed(moment) for moment in moments_of(feed.match.id, signals)}
    together = [replace(signal, match_id=AGGREGATED) for signal in signals[:200]]
    in_one_record = {moment.id: untimed(moment) for moment in moments_of(AGGREGATED, together)}
    late = json.dumps({**signals[3].to_dict(), "id": "late"}).encode()
    wrong = json.dumps({**signals[0].to_dict(), "kind": "gossip"}).encode()

    with flink_rig() as rig:
        application = rig.application(package, tmp_path, checkpoint_milliseconds=500)
        runner = FlinkRunner(application)
        runner.start()
        try:
            runner.wait_until_consuming()

            # WHEN a match arrives in order among malformed records, and a late signal after it
            rig.put_records([("x", record) for record in (b"\xff\xfe\x00", b"{", b"[1]", wrong)])
            rig.put_signals(signals[:-1])
            rig.put_records([(feed.match.id, late)])
            rig.put_signals(signals[-1:])
            # and another in one aggregated record
            payloads = [json.dumps(signal.to_dict()).encode() for signal in together]
            rig.put_records([(AGGREGATED, aggregated(AGGREGATED, payloads))])
            # and half of a third one, out of order and with duplicates
            half = len(crashing) // 2
            rig.put_signals(crashing[:half])
            expected_half = {m.id for m in moments_of(RESTORED, crashing[:half])}
            rig.wait_until(
                lambda: (
                    {moment.id for moment in rig.moments} >= set(clean) | set(in_one_record) | expected_half
                    and len(rig.dead_letters) >= 5
                ),
                runner,
            )
            done = runner.checkpoints
            rig.wait_until(lambda: runner.checkpoints > done + 1, runner)
            received_before = len(rig.messages)

            # and the cluster is killed, while the feed goes on
            runner.stop(at_once=True)
            rig.put_signals(crashing[half:])

            # and another takes over from the last checkpoint
            runner = FlinkRunner(application)
            runner.start()
            expected = {m.id: untimed(m) for m in moments_of(RESTORED, crashing)}
            rig.wait_until(lambda: {m.id for m in rig.moments} >= set(expected), runner)
        finally:
            runner.stop()

    # THEN the first match has exactly the detector's moments, each once
    first = [untimed(moment) for moment in rig.moments if moment.match_id == feed.match.id]
    assert len(first) == len(clean)
    assert {moment.id: moment for moment in first} == clean
    assert all(moment.detected_at_ms is not None for moment in rig.moments)
    # and so has the one in the aggregated record
    second = [untimed(moment) for moment in rig.moments if moment.match_id == AGGREGATED]
    assert {moment.id: moment for moment in second} == in_one_record
    assert len(second) == len(in_one_record)
    # and the third has those of a run without a crash; the new cluster repeated nothing that was checkpointed
    third = [untimed(moment) for moment in rig.moments if moment.match_id == RESTORED]
    assert {moment.id: moment for moment in third} == expected
    assert len(third) == len(expected)
    assert received_before < len(rig.messages)
    # and every refused record is a dead letter with its reason, as received
    reasons = sorted(letter["reason"].split(":")[0] for letter in rig.dead_letters)
    assert reasons == sorted(
        [
            "not UTF-8",
            "not JSON",
            "body",
            "kind",
            "later than the allowed lateness, or after its match was closed",
        ]
    )
    assert {"\xff\xfe\x00", "{", "[1]"} < {letter["payload"] for letter in rig.dead_letters}
    # and subscribers can filter
    attributes = rig.messages[0]["MessageAttributes"]
    assert attributes["match_id"]["StringValue"] in {feed.match.id, AGGREGATED}
    assert attributes["type"]["StringValue"] == "KICK_OFF"


def test_a_match_goes_on_after_its_end_was_reported_too_early(
    feed: Feed, package: Path, tmp_path: Path
) -> None:
    # GIVEN a match that has ended, on a cluster that allows one second for late signals
    whistle = feed.signals[-1]
    extra_time = replace(
        whistle,
        id="extra-time",
        occurred_at=whistle.occurred_at + timedelta(minutes=10),
        match_event=MatchEvent(
            id="extra-time", type=MatchEventType.PERIOD_START, period=3, clock_seconds=0.0
        ),
    )
    signals = [*feed.signals, extra_time]
    expected = {moment.id: untimed(moment) for moment in moments_of(feed.match.id, signals)}
    with flink_rig() as rig:
        runner = FlinkRunner(rig.application(package, tmp_path, lateness_seconds=1))
        runner.start()
        try:
            rig.put_signals(feed.signals)
            rig.wait_until(lambda: any(m.type == "FULL_TIME" for m in rig.moments), runner)
            time.sleep(3)

            # WHEN a later period begins after that
            rig.put_signals([extra_time])
            rig.wait_until(lambda: {moment.id for moment in rig.moments} >= set(expected), runner)
        finally:
            runner.stop()

    # THEN the end is retracted, and nothing is refused
    assert {moment.id: untimed(moment) for moment in rig.moments} == expected
    retracted = {moment.type for moment in expected.values() if moment.is_retracted}
    assert "FULL_TIME" in retracted
    assert rig.dead_letters == []
