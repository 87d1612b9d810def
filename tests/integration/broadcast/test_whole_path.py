"""Frame into the bucket, Lambda from the synthesized asset, signal on the stream, moment with media time."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import Signal, SignalKind
from local.replay.moment_log import MomentLog
from local.twin import Twin
from tests.integration.broadcast.drawing import frame

pytestmark = pytest.mark.twin
KICK_OFF = datetime(2021, 6, 11, 19, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    with Twin.start() as running:
        yield running


@pytest.fixture
def log(twin: Twin) -> MomentLog:
    topic = twin.output("MomentsTopicArn")
    return MomentLog(sns=twin.client("sns"), sqs=twin.client("sqs"), topic_arn=topic)


def put(twin: Twin, match_id: str, at: datetime, kind: str, content: bytes) -> str:
    key = f"samples/{match_id}/{int(at.timestamp() * 1000)}.{kind}"
    twin.client("s3").put_object(Bucket=twin.output("MediaBucketName"), Key=key, Body=content)
    return key


def goal(twin: Twin, match_id: str) -> None:
    """The feed tells of a goal of the away team after ten minutes."""
    signal = Signal(
        id=f"{match_id}-goal",
        match_id=match_id,
        source="feed",
        kind=SignalKind.MATCH_EVENT,
        occurred_at=KICK_OFF + timedelta(minutes=10),
        match_event=MatchEvent(
            id="goal-1", type=MatchEventType.GOAL, period=1, clock_seconds=600.0, side=Side.AWAY
        ),
    )
    twin.client("kinesis").put_record(
        StreamName=twin.output("SignalsStreamName"),
        Data=json.dumps(signal.to_dict()).encode(),
        PartitionKey=match_id,
    )


def goals(log: MomentLog, match_id: str) -> list[Moment]:
    log.collect()
    return [moment for moment in log.of(match_id) if moment.type is MomentType.GOAL]


def eventually(holds: Callable[[], Any], what: str, seconds: float = 90.0) -> Any:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        value = holds()
        if value:
            return value
        time.sleep(0.1)
    pytest.fail(f"waited {seconds:.0f} s for {what}")


def test_a_goal_learns_its_place_from_the_scoreboard(twin: Twin, log: MomentLog) -> None:
    goal(twin, "seen")
    eventually(lambda: goals(log, "seen"), "the goal of the feed")
    behind = timedelta(seconds=8)
    for number, seconds in enumerate((620, 625, 630, 635)):
        text = f"TUR 0 - 1 ITA  {seconds // 60:02d}:{seconds % 60:02d}"
        put(twin, "seen", KICK_OFF + behind + timedelta(seconds=seconds), "jpg", frame(text, seed=number))
    placed = eventually(
        lambda: [moment for moment in goals(log, "seen") if moment.media_time], "the goal's media time"
    )
    assert placed[-1].media_time == KICK_OFF + behind + timedelta(minutes=10)
    assert twin.metric_total("AnalyserRefused", service="analyse_media") > 0, (
        "labels are refused, and told of"
    )
