"""Real matches with duplicates and disorder end with the moments of a clean run, each id once."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.detection.match_detector import DEFAULT_LATENESS_SECONDS, MatchDetector
from domain.detection.outcome import Verdict
from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import Signal
from local.play.feeds.loading import load_feed
from tests.support.detection_run import content_of, standing_moments
from tests.support.real_data import real_data
from tests.support.real_matches import MATCH_IDS, moments_of

pytestmark = pytest.mark.realdata


def untidy(signals: list[Signal], chance: random.Random) -> list[Signal]:
    """Return a third twice, thirty again under another id, and each delayed by up to the lateness."""
    again = chance.sample(signals, len(signals) // 3)
    enveloped = [replace(signal, id=f"{signal.id}-again") for signal in chance.sample(signals, 30)]
    delayed = {
        id(signal): signal.occurred_at + timedelta(seconds=chance.uniform(0, DEFAULT_LATENESS_SECONDS))
        for signal in (*signals, *again, *enveloped)
    }
    return sorted((*signals, *again, *enveloped), key=lambda signal: delayed[id(signal)])


def corrected(signals: list[Signal]) -> list[Signal]:
    """Return the match with a goal that is cancelled, a minute into the second half."""
    begins = next(signal for signal in signals if signal.match_event and signal.match_event.period == 2)
    ghost = MatchEvent(
        id="ghost", type=MatchEventType.GOAL, period=2, clock_seconds=60, side=Side.AWAY, player="Nobody"
    )
    cancelled = MatchEvent(
        id="video", type=MatchEventType.GOAL_CANCELLED, period=2, clock_seconds=120, related_id="ghost"
    )
    added = [
        replace(
            begins,
            id=event.id,
            match_event=event,
            occurred_at=begins.occurred_at + timedelta(seconds=event.clock_seconds),
        )
        for event in (ghost, cancelled)
    ]
    return sorted([*signals, *added], key=lambda signal: signal.occurred_at)


def is_goal(signal: Signal) -> bool:
    return signal.match_event is not None and signal.match_event.type is MatchEventType.GOAL


def is_ordinary(signal: Signal) -> bool:
    return signal.match_event is not None and signal.match_event.type is MatchEventType.OTHER


@pytest.mark.parametrize("match_id", MATCH_IDS)
def test_duplicates_and_disorder_end_in_the_moments_of_a_clean_run(match_id: str) -> None:
    feed = load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz"))
    delivered = untidy(list(feed.signals), random.Random(match_id))
    clean, messy = moments_of(feed.match.id, feed.signals), moments_of(feed.match.id, delivered)

    assert by_place(messy) == by_place(clean)
    ids = [moment.id for moment in messy]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("match_id", MATCH_IDS)
def test_a_cancelled_goal_changes_nothing_but_adds_its_cancellation(match_id: str) -> None:
    feed = load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz"))
    clean = moments_of(feed.match.id, feed.signals)
    moments = moments_of(feed.match.id, corrected(list(feed.signals)))

    assert [m.score for m in moments if m.type is MomentType.FULL_TIME] == [
        m.score for m in clean if m.type is MomentType.FULL_TIME
    ]
    assert sum(m.type is MomentType.GOAL_DISALLOWED for m in moments) == 1
    assert [m.id for m in moments if m.type is MomentType.LATE_WINNER] == [
        m.id for m in clean if m.type is MomentType.LATE_WINNER
    ]


def test_only_ordinary_entries_are_refused_as_late() -> None:
    # GIVEN a match of which a goal and an ordinary entry arrive three minutes late
    feed = load_feed("wyscout", real_data("wyscout/2058017.json.gz"))
    goal = next(signal for signal in feed.signals if is_goal(signal))
    ordinary = next(signal for signal in feed.signals if is_ordinary(signal))
    by = timedelta(seconds=DEFAULT_LATENESS_SECONDS + 60)
    delivered = sorted(
        feed.signals,
        key=lambda signal: signal.occurred_at + (by if signal in (goal, ordinary) else timedelta(0)),
    )
    detector = MatchDetector(feed.match.id)
    verdicts = [(signal.id, detector.observe(signal).verdict) for signal in delivered]

    # THEN only the ordinary entry is refused
    assert [name for name, verdict in verdicts if verdict is not Verdict.ACCEPTED] == [ordinary.id]
    assert dict(verdicts)[ordinary.id] is Verdict.LATE


def by_place(moments: list[Moment]) -> list[tuple[object, ...]]:
    """Return the moments in force, without the names of the signals that gave them first."""
    return sorted(map(content_of, standing_moments(moments)), key=repr)
