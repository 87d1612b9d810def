"""The packaged application in a mini-cluster: the same moments as the detector alone, whatever goes wrong."""

import json
import random
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.rig.flink_stage import flink_stage
from benchmarks.rig.producer_library import aggregated
from domain.moment import Moment
from domain.signal import Signal
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed
from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner
from tests.integration.detection.matches import moments_of

pytestmark = [pytest.mark.flink, pytest.mark.timeout(300)]

RESTORED, AGGREGATED = "restored", "aggregated"


@pytest.fixture(scope="module")
def feed() -> Feed:
    return load_feed("statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS)


def untimed(moment: Moment) -> Moment:
    """The moment without the wall clock."""
    return replace(moment, detected_at_ms=None, received_at_ms=None)


def untidy(signals: list[Signal], seed: int) -> list[Signal]:
    """The signals as a bad line delivers them: a third twice, and each up to 100 seconds after later ones."""
    chance = random.Random(seed)
    twice = signals + chance.sample(signals, len(signals) // 3)
    return sorted(twice, key=lambda s: s.occurred_at + timedelta(seconds=chance.uniform(0, 100)))


def test_moments_survive_duplicates_garbage_lateness_and_a_crash_in_mid_match(
    feed: Feed, package: Path, tmp_path: Path
) -> None:
    signals = list(feed.signals)
    crashing = [replace(signal, match_id=RESTORED) for signal in untidy(signals, seed=2)]
    clean = {moment.id: untimed(moment) for moment in moments_of(feed.match.id, signals)}
    together = [replace(signal, match_id=AGGREGATED) for signal in signals[:200]]
    in_one_record = {moment.id: untimed(moment) for moment in moments_of(AGGREGATED, together)}
    late = json.dumps({**signals[3].to_dict(), "id": "late"}).encode()
    wrong = json.dumps({**signals[0].to_dict(), "kind": "gossip"}).encode()

    with flink_stage() as stage:
        application = stage.application(package, tmp_path, checkpoint_milliseconds=500)
        runner = FlinkRunner(application)
        runner.start()
        try:
            runner.wait_until_consuming()

            # WHEN a match comes in order among garbage, and a late signal after it
            stage.put([("x", record) for record in (b"\xff\xfe\x00", b"{", b"[1]", wrong)])
            stage.put_signals(signals[:-1])
            stage.put([(feed.match.id, late)])
            stage.put_signals(signals[-1:])
            # and another in one aggregated record
            payloads = [json.dumps(signal.to_dict()).encode() for signal in together]
            stage.put([(AGGREGATED, aggregated(AGGREGATED, payloads))])
            # and a third one untidily, of which the cluster has seen a half
            half = len(crashing) // 2
            stage.put_signals(crashing[:half])
            expected_half = {m.id for m in moments_of(RESTORED, crashing[:half])}
            stage.wait_until(
                lambda: (
                    {moment.id for moment in stage.moments} >= set(clean) | set(in_one_record) | expected_half
                    and len(stage.letters) >= 5
                ),
                runner,
            )
            done = runner.checkpoints
            stage.wait_until(lambda: runner.checkpoints > done + 1, runner)
            heard_before = len(stage.messages)

            # and then dies without a farewell, while the feed goes on
            runner.stop(at_once=True)
            stage.put_signals(crashing[half:])

            # and another takes over from the last checkpoint
            runner = FlinkRunner(application)
            runner.start()
            expected = {m.id: untimed(m) for m in moments_of(RESTORED, crashing)}
            stage.wait_until(lambda: {m.id for m in stage.moments} >= set(expected), runner)
        finally:
            runner.stop()

    # THEN the first match has exactly the detector's moments, each once
    first = [untimed(moment) for moment in stage.moments if moment.match_id == feed.match.id]
    assert len(first) == len(clean)
    assert {moment.id: moment for moment in first} == clean
    assert all(moment.detected_at_ms is not None for moment in stage.moments)
    # and so has the one in the aggregated record
    second = [untimed(moment) for moment in stage.moments if moment.match_id == AGGREGATED]
    assert {moment.id: moment for moment in second} == in_one_record
    assert len(second) == len(in_one_record)
    # and the third those of a run without a crash; the new cluster repeated nothing that was checkpointed
    third = [untimed(moment) for moment in stage.moments if moment.match_id == RESTORED]
    assert {moment.id: moment for moment in third} == expected
    assert len(third) == len(expected)
    assert heard_before < len(stage.messages)
    # and every refused record is kept, with its reason, as it came
    reasons = sorted(letter["reason"].split(":")[0] for letter in stage.letters)
    assert reasons == sorted(
        [
            "not UTF-8",
            "not JSON",
            "body",
            "kind",
            "later than the allowed lateness, or after its match was over",
        ]
    )
    assert {"\xff\xfe\x00", "{", "[1]"} < {letter["payload"] for letter in stage.letters}
    # and subscribers can filter
    attributes = stage.messages[0]["MessageAttributes"]
    assert attributes["match_id"]["StringValue"] in {feed.match.id, AGGREGATED}
    assert attributes["type"]["StringValue"] == "KICK_OFF"


def test_a_match_that_is_over_lets_go_of_its_state_and_the_others_go_on(
    feed: Feed, package: Path, tmp_path: Path
) -> None:
    # GIVEN a match that is over, on a cluster that waits a second for stragglers
    whistle = feed.signals[-1]
    straggler = replace(feed.signals[3], id="straggler", occurred_at=whistle.occurred_at)
    after_it = replace(whistle, match_id="after")
    with flink_stage() as stage:
        runner = FlinkRunner(stage.application(package, tmp_path, lateness_seconds=1))
        runner.start()
        try:
            stage.put_signals(feed.signals)
            stage.wait_until(lambda: any(m.type == "FULL_TIME" for m in stage.moments), runner)
            time.sleep(3)

            # WHEN one comes after that, and then a signal of another match
            stage.put_signals([straggler, after_it])
            stage.wait_until(
                lambda: len(stage.letters) >= 1 and any(m.match_id == "after" for m in stage.moments), runner
            )
        finally:
            runner.stop()

    # THEN the straggler finds no empty match and is kept with the reason, and the other match has its moment
    [letter] = stage.letters
    assert "after its match was over" in letter["reason"]
    assert json.loads(letter["payload"])["id"] == "straggler"
    expected = moments_of(feed.match.id, feed.signals)
    heard = [moment.id for moment in stage.moments if moment.match_id == feed.match.id]
    assert sorted(heard) == sorted(moment.id for moment in expected)
