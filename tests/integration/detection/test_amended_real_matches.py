"""Real matches that the feed amends, withdraws and delays end with the moments of a clean run."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType
from domain.moment import Moment
from domain.signal import Signal
from local.play.feeds.loading import load_feed
from tests.support.detection_run import content_of, standing_moments
from tests.support.real_data import real_data
from tests.support.real_matches import MATCH_IDS, moments_of

pytestmark = pytest.mark.realdata

AMENDED, REMADE, LATE = 0.05, 0.03, 0.10
MOST_LATE = timedelta(minutes=5)
SOON = timedelta(seconds=40)


def kept(signals: tuple[Signal, ...]) -> list[Signal]:
    """Return the signals of entries that matter."""
    return [
        each for each in signals if each.match_event and each.match_event.type is not MatchEventType.OTHER
    ]


def share(signals: list[Signal], part: float, chance: random.Random) -> list[Signal]:
    return chance.sample(signals, max(1, round(len(signals) * part)))


def first_version(signal: Signal, chance: random.Random) -> Signal:
    """Return what the feed said at first of an entry that it amended later: another player, side or time."""
    event = signal.match_event
    assert event
    wrong = chance.choice(
        [
            replace(event, player="Somebody Else"),
            replace(event, side=event.side.opponent if event.side else Side.HOME),
            replace(event, clock_seconds=event.clock_seconds + 7.0),
        ]
    )
    return replace(signal, id=f"{signal.id}-first", match_event=wrong)


def withdrawal(of: Signal) -> Signal:
    event = of.match_event
    assert event
    withdrawn = MatchEvent(
        id=f"{event.id}-withdrawn",
        type=MatchEventType.ENTRY_WITHDRAWN,
        period=event.period,
        clock_seconds=event.clock_seconds,
        related_id=event.id,
    )
    return replace(of, id=withdrawn.id, match_event=withdrawn)


def as_lived(signals: tuple[Signal, ...], chance: random.Random) -> list[Signal]:
    """Return the signals in their order of arrival, with amendments, withdrawals, new entries and delays."""
    entries = kept(signals)
    amended, remade = share(entries, AMENDED, chance), share(entries, REMADE, chance)
    late = {signal.id for signal in share(entries, LATE, chance)}
    arrivals = []
    for number, signal in enumerate(signals):
        arrives_at = signal.occurred_at
        if signal.id in late:
            arrives_at += MOST_LATE * chance.random()
        words = [signal]
        if signal in remade:
            event = signal.match_event
            assert event
            anew = replace(signal, id=f"{signal.id}-anew", match_event=replace(event, id=f"{event.id}-anew"))
            words = [signal, withdrawal(signal), anew]
        elif signal in amended:
            words = [first_version(signal, chance), signal]
        arrivals += [(arrives_at + SOON * later, number, word) for later, word in enumerate(words)]
    return [signal for _, _, signal in sorted(arrivals, key=lambda arrival: arrival[:2])]


def contents(moments: list[Moment]) -> list[str]:
    return sorted(repr(content_of(moment)) for moment in standing_moments(moments))


@pytest.mark.parametrize("match_id", MATCH_IDS)
def test_an_amended_real_match_ends_with_the_moments_of_a_clean_run(match_id: str) -> None:
    feed = load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz"))
    clean = contents(moments_of(feed.match.id, feed.signals))
    for seed in range(3):
        arrived = as_lived(feed.signals, random.Random(f"{match_id}-{seed}"))
        assert len(arrived) > len(feed.signals)
        moments = moments_of(feed.match.id, arrived)
        assert contents(moments) == clean
        assert len({moment.id for moment in moments}) == len(moments)
