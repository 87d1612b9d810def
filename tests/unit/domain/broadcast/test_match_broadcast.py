"""Moments get media time from the broadcast; the broadcast creates no moments."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.broadcast.score_confirmation import ScoreConfirmation
from domain.detection.engine import MatchEngine
from domain.match import Score
from domain.match_event import MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import Observation, Signal, SignalKind
from tests.support.feed_entries import AWAY, KICK_OFF, entry, goal

BEHIND = timedelta(seconds=7)
"""How far the programme runs behind the feed's clock."""


def observed(at: datetime, label: str = "SCOREBOARD", **fields: Any) -> Signal:
    fields = {"analyser": "a", "confidence": 0.95, **fields}
    return Signal(
        id=f"media:{at.isoformat()}:{label}",
        match_id="m",
        source="media",
        kind=SignalKind.OBSERVATION,
        occurred_at=at,
        media_time=at,
        observation=Observation(label=label, **fields),
    )


def boards(first_second: float, count: int, score: Score, *, clock: bool = False) -> list[Signal]:
    """Return frames, 5 s apart, from a second of the first half on."""
    seconds = [first_second + 5.0 * number for number in range(count)]
    return [
        observed(
            KICK_OFF + BEHIND + timedelta(seconds=second),
            score=score,
            clock_seconds=second if clock else None,
        )
        for second in seconds
    ]


def published(engine: MatchEngine, signals: list[Signal]) -> list[Moment]:
    return [moment for signal in signals for moment in engine.observe(signal).moments]


@pytest.mark.parametrize("seed", range(4))
def test_frames_in_any_order_that_confirm_a_score_place_the_goal(seed: int) -> None:
    engine = MatchEngine("m")
    (first, *_) = published(engine, [goal(AWAY, 1, 10)])
    assert (first.type, first.media_time) == (MomentType.GOAL, None)
    frames = boards(590, 2, Score()) + boards(620, 3, Score(away=1))
    random.Random(seed).shuffle(frames)
    revisions = [moment for moment in published(engine, frames) if moment.type is MomentType.GOAL]
    assert [revision.media_time for revision in revisions] == [KICK_OFF + BEHIND + timedelta(seconds=620)]
    assert revisions[0].details["revises"] == first.id
    assert revisions[0].score == Score(away=1)


def test_the_picture_may_be_ahead_of_the_feed() -> None:
    engine = MatchEngine("m")
    assert published(engine, boards(605, 3, Score(away=1))) == []
    (first, *_) = published(engine, [goal(AWAY, 1, 10)])
    assert first.media_time == KICK_OFF + BEHIND + timedelta(seconds=605)


def test_a_score_that_the_feed_does_not_know_creates_no_moment() -> None:
    engine = MatchEngine("m")
    assert published(engine, boards(600, 40, Score(home=5, away=4))) == []


def test_the_score_of_another_goal_does_not_place_a_goal() -> None:
    engine = MatchEngine("m")
    published(engine, [goal(AWAY, 1, 10)])
    assert published(engine, boards(620, 5, Score(home=1))) == []


def test_a_clock_on_the_screen_places_any_moment_to_the_second() -> None:
    engine = MatchEngine("m")
    frames = boards(560, 6, Score(), clock=True)
    misread = observed(KICK_OFF + timedelta(seconds=577.5), clock_seconds=80.0)
    published(engine, [*frames, misread])
    moments = published(engine, [entry(MatchEventType.INJURY_STOPPAGE, 1, 10)])
    injuries = [moment.media_time for moment in moments if moment.type is MomentType.INJURY]
    assert injuries == [KICK_OFF + BEHIND + timedelta(seconds=600)]


def test_the_clock_of_the_first_half_does_not_place_second_half_moments() -> None:
    engine = MatchEngine("m")
    published(engine, boards(2600, 6, Score(), clock=True))
    (moment, *_) = published(engine, [goal(AWAY, 2, 10)])
    assert moment.media_time is None


def test_two_frames_do_not_confirm_a_score_and_a_repeated_frame_counts_once() -> None:
    confirmation = ScoreConfirmation()
    first, second = KICK_OFF, KICK_OFF + timedelta(seconds=5)
    assert [confirmation.observe(at, Score(home=1)) for at in (first, second, second, first)] == [None] * 4
    shown = confirmation.observe(KICK_OFF + timedelta(seconds=10), Score(home=1))
    assert shown is not None
    assert shown.first_shown_at == first


def test_misread_frames_are_outvoted() -> None:
    confirmation = ScoreConfirmation()
    for number in range(12):
        score = Score(home=8) if number % 3 == 0 else Score(home=3)
        shown = confirmation.observe(KICK_OFF + timedelta(seconds=number), score)
        assert shown is None or shown.score == Score(home=3)


def test_a_card_in_the_picture_places_the_card_of_the_feed() -> None:
    engine = MatchEngine("m")
    at = KICK_OFF + timedelta(minutes=10, seconds=20)
    published(engine, [observed(at, "PHRASE_GOAL", text="goal")])
    (first, *_) = published(engine, [goal(AWAY, 1, 10)])
    assert first.media_time == at


def test_a_checkpoint_during_a_confirmation_changes_nothing() -> None:
    whole, halved = MatchEngine("m"), MatchEngine("m")
    signals = [goal(AWAY, 1, 10), *boards(620, 4, Score(away=1), clock=True)]
    expected = published(whole, signals)
    found = published(halved, signals[:2])
    restored = MatchEngine("m")
    restored.restore(json.loads(json.dumps(halved.state())))
    assert found + published(restored, signals[2:]) == expected
