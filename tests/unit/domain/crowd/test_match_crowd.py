"""Reactions of the crowd are matched with the feed's moments."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from domain.crowd.match_crowd import MAX_SOURCES, MatchCrowd
from domain.detection.engine import MatchEngine
from domain.detection.outcome import Verdict
from domain.match import Score, Side
from domain.moment import Moment, MomentType
from domain.signal import Observation, PostCounts, Signal, SignalKind
from tests.support.counted_posts import START, counted, signal

QUIET = [8.0] * 120
SPIKE_AT = START + timedelta(seconds=1220)


def crowd_after(rates: Iterable[float], crowd: MatchCrowd | None = None) -> tuple[MatchCrowd, list[Moment]]:
    crowd = crowd or MatchCrowd("m")
    moments = [moment for at, posts in counted(rates) for moment in crowd.observe(signal(at, posts))]
    return crowd, moments


def moment(kind: MomentType, *, seconds_before_spike: float, **more: Any) -> Moment:
    return Moment(
        id=f"m:{kind}:s1",
        match_id="m",
        type=kind,
        signal_id="s1",
        period=1,
        clock_seconds=600,
        occurred_at=SPIKE_AT - timedelta(seconds=seconds_before_spike),
        score=Score(home=1),
        side=Side.HOME,
        **more,
    )


def test_a_spike_without_a_cause_is_a_moment_of_its_own() -> None:
    _, [spike] = crowd_after([*QUIET, *[24.0] * 6])
    assert (spike.type, spike.match_id) == (MomentType.MENTION_SPIKE, "m")
    assert float(spike.details["mention_ratio"]) > 2
    assert Moment.from_dict(json.loads(json.dumps(spike.to_dict()))) == spike


def test_a_spike_after_a_goal_decorates_the_goal() -> None:
    # GIVEN a goal half a minute before the crowd reacts
    crowd, _ = crowd_after(QUIET)
    goal = moment(MomentType.GOAL, seconds_before_spike=30)
    assert list(crowd.decorate([goal])) == [goal]
    # WHEN mentions rise
    _, [revision] = crowd_after([*QUIET, *[24.0] * 6], crowd)
    # THEN a revision of the goal is published, and no separate spike
    assert (revision.type, revision.id, revision.details["revises"]) == (
        MomentType.GOAL,
        f"{goal.id}~0",
        goal.id,
    )
    assert (revision.score, revision.clock_seconds, revision.occurred_at) == (
        Score(home=1),
        600,
        goal.occurred_at,
    )
    assert float(revision.details["mention_ratio"]) > 2


def test_neither_a_substitution_nor_an_old_goal_explains_a_spike() -> None:
    for kind, seconds in ((MomentType.SUBSTITUTION, 30), (MomentType.GOAL, 400)):
        crowd, _ = crowd_after(QUIET)
        crowd.decorate([moment(kind, seconds_before_spike=seconds)])
        _, [spike] = crowd_after([*QUIET, *[24.0] * 6], crowd)
        assert spike.type is MomentType.MENTION_SPIKE


def test_a_goal_that_the_feed_reports_late_is_decorated_at_once() -> None:
    crowd, [spike] = crowd_after([*QUIET, *[24.0] * 6])
    [decorated] = crowd.decorate([moment(MomentType.GOAL, seconds_before_spike=40)])
    assert decorated.details["mention_ratio"] == spike.details["mention_ratio"]
    assert decorated.id == "m:GOAL:s1"


def test_a_retracted_goal_explains_nothing() -> None:
    crowd, _ = crowd_after(QUIET)
    crowd.decorate([moment(MomentType.GOAL, seconds_before_spike=30, details={"retracted": True})])
    _, [spike] = crowd_after([*QUIET, *[24.0] * 6], crowd)
    assert spike.type is MomentType.MENTION_SPIKE


def test_each_source_has_its_own_baseline_and_sources_are_bounded() -> None:
    # GIVEN a source ten times as loud as another
    crowd = MatchCrowd("m")
    for (at, loud), (_, low) in zip(counted([80.0] * 130), counted(QUIET + [8.0] * 10), strict=True):
        assert not crowd.observe(signal(at, loud, "loud"))
        assert not crowd.observe(signal(at, low, "low"))
    # THEN the state does not grow with the number of sources
    for number in range(100):
        crowd.observe(signal(START, PostCounts(interval_seconds=10, count=1), f"source-{number}"))
    assert len(crowd.state()["ears"]) == MAX_SOURCES


def test_an_observation_of_the_broadcast_is_ignored() -> None:
    seen = Signal(
        id="o",
        match_id="m",
        source="ocr",
        kind=SignalKind.OBSERVATION,
        occurred_at=START,
        observation=Observation(analyser="text", label="score", confidence=0.9),
    )
    assert not MatchCrowd("m").observe(seen)


def test_a_checkpoint_between_goal_and_spike_changes_nothing() -> None:
    before, _ = crowd_after(QUIET)
    before.decorate([moment(MomentType.GOAL, seconds_before_spike=30)])
    after = MatchCrowd("m")
    after.restore(json.loads(json.dumps(before.state())))
    rest = [signal(at, posts) for at, posts in list(counted([*QUIET, *[24.0] * 6]))[len(QUIET) :]]
    assert [list(after.observe(each)) for each in rest] == [list(before.observe(each)) for each in rest]


def test_repeated_late_and_overflowing_counts_are_refused_with_their_verdict() -> None:
    engine = MatchEngine("m", crowd=MatchCrowd)
    (at, posts), (later, _) = list(counted([8.0, 8.0]))
    assert engine.observe(signal(later, posts)).verdict is Verdict.ACCEPTED
    assert engine.observe(signal(later, posts)).verdict is Verdict.DUPLICATE
    assert engine.observe(signal(at, posts)).verdict is Verdict.LATE
    for number in range(MAX_SOURCES - 1):
        assert engine.observe(signal(at, posts, f"s{number}")).verdict is Verdict.ACCEPTED
    assert engine.observe(signal(at, posts, "one too many")).verdict is Verdict.OVERFLOW
