"""Matches whose entries are amended, withdrawn and reinstated, as hypothesis strategies."""

import os
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st

from domain.match import Side
from domain.match_event import Card, MatchEvent, MatchEventType, ShotOutcome
from domain.signal import Signal, SignalKind
from tests.support.feed_entries import KICK_OFF, PERIOD_STARTS

EXAMPLES_VARIABLE = "TOUCHLINE_PROPERTY_EXAMPLES"
"""Sets the number of examples of each property; a night's run takes thousands."""
properties = settings(max_examples=int(os.environ.get(EXAMPLES_VARIABLE, "150")), deadline=None)

KINDS = (
    MatchEventType.GOAL,
    MatchEventType.GOAL,
    MatchEventType.CARD,
    MatchEventType.PENALTY_AWARDED,
    MatchEventType.PENALTY_MISSED,
    MatchEventType.SUBSTITUTION,
    MatchEventType.INJURY_STOPPAGE,
    MatchEventType.SHOT,
    MatchEventType.CORNER,
    MatchEventType.FREE_KICK,
    MatchEventType.VAR_CHECK,
)
KEPT_OUTCOMES = (ShotOutcome.SAVED, ShotOutcome.WOODWORK)
"""Outcomes that make a moment; other shots only advance the clock, which no withdrawal turns back."""
NAMED_WITHDRAWALS = {
    MatchEventType.GOAL: MatchEventType.GOAL_CANCELLED,
    MatchEventType.CARD: MatchEventType.CARD_CANCELLED,
    MatchEventType.PENALTY_AWARDED: MatchEventType.PENALTY_CANCELLED,
    MatchEventType.PENALTY_MISSED: MatchEventType.PENALTY_CANCELLED,
    MatchEventType.SUBSTITUTION: MatchEventType.SUBSTITUTION_CANCELLED,
}
WHISTLES = ((MatchEventType.PERIOD_START, 0.0), (MatchEventType.PERIOD_END, 47 * 60.0))


@dataclass(frozen=True)
class AmendedMatch:
    """What the feed says of each entry in its order, and the clean list of what stands at the end.

    `is_numbered` is true if each word on an entry carries its revision: then any order of arrival will do,
    but for named withdrawals, which must find an entry of their kind.
    """

    words: tuple[tuple[Signal, ...], ...]
    clean: tuple[Signal, ...]
    is_numbered: bool

    def arrivals(self) -> st.SearchStrategy[list[Signal]]:
        """Return orders of arrival; the words on each entry keep their order unless they are numbered."""
        if self.is_numbered:
            return st.permutations([signal for words in self.words for signal in words])
        turns = [number for number, words in enumerate(self.words) for _ in words]
        return st.permutations(turns).map(self._in_turn)

    def _in_turn(self, turns: list[int]) -> list[Signal]:
        coming = [iter(words) for words in self.words]
        return [next(coming[number]) for number in turns]


def signal_of(match_event: MatchEvent, name: str, *, after: timedelta = timedelta(0)) -> Signal:
    """Return a signal that carries an entry, at the entry's own time or later."""
    clock = timedelta(seconds=PERIOD_STARTS[match_event.period] + match_event.clock_seconds)
    return Signal(
        id=name,
        match_id="m",
        source="feed",
        kind=SignalKind.MATCH_EVENT,
        occurred_at=KICK_OFF + clock + after,
        match_event=match_event,
    )


@st.composite
def amended_matches(draw: st.DrawFn) -> AmendedMatch:
    """A match of up to four periods and a shoot-out; every version of every entry has its own second."""
    periods = draw(st.sampled_from([2, 2, 4]))
    is_numbered = draw(st.booleans())
    entries = draw(st.integers(0, 7))
    seconds = draw(
        st.lists(
            st.tuples(st.integers(1, periods), st.integers(1, 47 * 60 - 1).map(float)),
            min_size=entries * 3,
            max_size=entries * 3,
            unique=True,
        )
    )
    words: list[tuple[Signal, ...]] = []
    for number in range(entries):
        words.append(_words(draw, f"entry-{number}", seconds[number * 3 : number * 3 + 3], is_numbered))
    for kick in range(draw(st.sampled_from([0, 0, 3]))):
        event = MatchEvent(
            id=f"kick-{kick}",
            type=MatchEventType.SHOOT_OUT_KICK,
            period=5,
            clock_seconds=kick * 30.0,
            side=draw(st.sampled_from(Side)),
            scored=draw(st.booleans()),
        )
        words.append((signal_of(event, f"kick-{kick}-0"),))
    for period in range(1, periods + 1):
        for kind, second in WHISTLES:
            whistle = MatchEvent(id=f"{kind}-{period}", type=kind, period=period, clock_seconds=second)
            words.append(_history(draw, [whistle], is_numbered, [False, False, False, True]))
    last = 5 if any(name.startswith("kick") for name in (each[0].id for each in words)) else periods
    end = MatchEvent(id="end", type=MatchEventType.MATCH_END, period=last, clock_seconds=47 * 60.0)
    words.append(_history(draw, [end], is_numbered, [False, False, True]))
    return AmendedMatch(words=tuple(words), clean=tuple(_clean(words)), is_numbered=is_numbered)


def _words(
    draw: st.DrawFn, name: str, seconds: list[tuple[int, float]], is_numbered: bool
) -> tuple[Signal, ...]:
    count = draw(st.integers(1, 3))
    versions = [_event(draw, name, *seconds[number]) for number in range(count)]
    if draw(st.booleans()):  # amendments that keep the time of the first version
        first = versions[0]
        versions = [
            replace(each, period=first.period, clock_seconds=first.clock_seconds) for each in versions
        ]
    return _history(draw, versions, is_numbered, [False, True])


def _event(draw: st.DrawFn, name: str, period: int, clock_seconds: float) -> MatchEvent:
    kind = draw(st.sampled_from(KINDS))
    is_goal = kind is MatchEventType.GOAL
    return MatchEvent(
        id=name,
        type=kind,
        period=period,
        clock_seconds=clock_seconds,
        side=draw(st.sampled_from(Side)),
        player=draw(st.sampled_from(["Ada", "Bea", None])),
        card=draw(st.sampled_from(Card)) if kind is MatchEventType.CARD else None,
        own_goal=is_goal and draw(st.booleans()),
        penalty=is_goal and draw(st.booleans()),
        outcome=draw(st.sampled_from(KEPT_OUTCOMES)) if kind is MatchEventType.SHOT else None,
        x=0.9,
    )


def _history(
    draw: st.DrawFn, versions: list[MatchEvent], is_numbered: bool, withdrawn: list[bool]
) -> tuple[Signal, ...]:
    """Return the versions of an entry, some of them followed by its withdrawal."""
    history: list[MatchEvent] = []
    for version in versions:
        history.append(version)
        if draw(st.sampled_from(withdrawn)):
            any_kind = MatchEventType.ENTRY_WITHDRAWN
            named = any_kind if is_numbered else NAMED_WITHDRAWALS.get(version.type, any_kind)
            history.append(
                MatchEvent(
                    id=f"{version.id}-withdrawn-{len(history)}",
                    type=draw(st.sampled_from([any_kind, named])),
                    period=version.period,
                    clock_seconds=version.clock_seconds,
                    related_id=version.id,
                )
            )
    if is_numbered:
        history = [replace(each, revision=number) for number, each in enumerate(history)]
    is_retold = draw(st.booleans())  # or in the envelope of the first version
    return tuple(
        signal_of(
            each,
            f"{each.id}-{number}" if is_retold else each.id,
            after=timedelta(seconds=number * 20),
        )
        for number, each in enumerate(history)
    )


def _clean(words: list[tuple[Signal, ...]]) -> list[Signal]:
    """Return the last version of each entry that is not withdrawn at the end, in the order of play."""
    standing = [
        replace(history[-1], id=f"clean-{number}")
        for number, history in enumerate(words)
        if history[-1].match_event and history[-1].match_event.related_id is None
    ]
    rank = {MatchEventType.PERIOD_END: 1, MatchEventType.MATCH_END: 2}

    def in_play(signal: Signal) -> tuple[int, int, float]:
        assert signal.match_event
        event = signal.match_event
        return (event.period, rank.get(event.type, 0), event.clock_seconds)

    return sorted(standing, key=in_play)
