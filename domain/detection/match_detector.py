"""The detector of one match: signals in any order of arrival in, moments out, each id once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.detection.clock import PlayClock
from domain.detection.entry import Entry
from domain.detection.entry_log import EntryLog
from domain.detection.entry_moments import is_ordinary
from domain.detection.event_time import EventTime
from domain.detection.first_state import FIRST_VERSION, from_first_version
from domain.detection.momentum import STEP_SECONDS, Momentum
from domain.detection.outcome import Outcome, Part, Refusal, Verdict
from domain.detection.publication import Publication
from domain.detection.rules import DEFAULT_RULES, Rule
from domain.detection.story import Story
from domain.match import Score
from domain.match_event import MatchEvent, MatchEventType
from domain.moment import Moment
from domain.signal import Signal
from domain.situation import Situation
from domain.validation import Reader

DEFAULT_LATENESS_SECONDS = 120.0
STATE_VERSION = 2
FEED_CHANGED = frozenset({Part.FEED, Part.MOMENTUM})
ADVANCED = Outcome()
"""The outcome of an ordinary entry that makes no moment; one for all, since most entries are such."""
NEXT_STEP = Outcome(changed=frozenset({Part.MOMENTUM}))
"""The outcome of an ordinary entry with which the momentum has counted another step."""
_OTHER = MatchEventType.OTHER
"""The type of the entries that make the momentum: no feed amends or withdraws them, as it does shots."""
NEEDS_ALL_ENTRIES = frozenset({MatchEventType.SCORE_CORRECTION, MatchEventType.MATCH_END})


class MatchDetector:
    """Finds the moments of one match from the entries of its feed.

    An entry that comes last in the order of play continues the story. Any other has the story replayed from
    the entries that stand, and only differences are published: a changed moment under the id
    `<id>~<revision>`, with `revises` in its details, and with `retracted` if it did not happen.
    """

    def __init__(
        self,
        match_id: str,
        rules: Sequence[Rule] = DEFAULT_RULES,
        *,
        lateness_seconds: float = DEFAULT_LATENESS_SECONDS,
    ) -> None:
        self._match_id = match_id
        self._rules = tuple(rules)
        self._time = EventTime(lateness_seconds)
        self._clock = PlayClock()
        self._log = EntryLog(match_id)
        self._momentum = Momentum()
        self._story = Story(match_id, self._rules, self._clock, self._momentum)
        self._publication = Publication(match_id)
        self._is_closed = False

    @property
    def score(self) -> Score:
        """Return the score by the entries so far."""
        return self._story.situation.score

    @property
    def situation(self) -> Situation:
        """Return the situation of the match by the entries so far."""
        return self._story.situation

    def observe(self, signal: Signal) -> Outcome:
        """Return what a signal leads to; signals that are not feed entries lead to nothing here."""
        match_event = signal.match_event
        if match_event is None:
            return Outcome()
        if self._is_closed:
            return Outcome(verdict=Verdict.LATE)
        if is_ordinary(match_event) and not self._log.has(signal, match_event):
            return self._advance(signal, match_event)
        addition = self._log.add(signal, match_event)
        if addition.entry is None:
            return Outcome(verdict=addition.verdict, reason=addition.reason)
        self._time.advance(signal.occurred_at)
        if addition.is_new and self._story.continues_with(addition.entry):
            moments = self._continue(addition.entry, signal.received_at_ms)
        else:
            moments = self._revise(signal.received_at_ms)
        return Outcome(
            moments=moments,
            verdict=addition.verdict,
            changed=FEED_CHANGED,
            late_refusals=addition.late_refusals,
        )

    def place(self, moment: Moment) -> Moment:
        """Return a moment that is not of the feed with its place in play and the state of the match."""
        period, clock_seconds = self._clock.at(moment.occurred_at)
        situation = self.situation
        return replace(
            moment,
            period=period,
            clock_seconds=clock_seconds,
            score=situation.score,
            home_sent_off=situation.home_sent_off,
            away_sent_off=situation.away_sent_off,
        )

    def close(self) -> tuple[Refusal, ...]:
        """Forget the match but for the fact that it is closed; return the corrections that still waited."""
        refusals = self._log.refuse_waiting()
        self._is_closed = True
        self._clock, self._log, self._momentum = PlayClock(), EntryLog(self._match_id), Momentum()
        self._story = Story(self._match_id, self._rules, self._clock, self._momentum)
        self._publication = Publication(self._match_id)
        return refusals

    def momentum_state(self) -> dict[str, Any]:
        """Return the counts of entries by their positions, JSON-safe and bounded."""
        return self._momentum.state()

    def restore_momentum(self, state: Mapping[str, Any]) -> None:
        """Restore the counts of entries, before the rest of the state."""
        self._momentum.restore(state)

    def state(self) -> dict[str, Any]:
        """Return everything else that a checkpoint must store, JSON-safe and bounded."""
        return {
            "version": STATE_VERSION,
            "closed": self._is_closed,
            "time": self._time.state(),
            "clock": self._clock.state(),
            "log": self._log.state(),
            "published": self._publication.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the detector from a checkpoint, also one of the version before; the rules may differ."""
        if state.get("version") == FIRST_VERSION:
            state = from_first_version(self._match_id, state)
        reader = Reader(state, "state")
        reader.integer("version", minimum=STATE_VERSION, maximum=STATE_VERSION)
        self._is_closed = reader.boolean("closed")
        self._time.restore(reader.mapping("time"))
        self._clock.restore(reader.mapping("clock"))
        self._log.restore(reader.mapping("log"))
        self._publication.restore(reader.mapping("published"))
        self._replay(self._log.standing())

    def _advance(self, signal: Signal, match_event: MatchEvent) -> Outcome:
        """Advance the clock by an ordinary entry, unless it is late."""
        if self._time.is_late(signal.occurred_at):
            return Outcome(verdict=Verdict.LATE)
        self._time.advance(signal.occurred_at)
        clock = self._clock
        before = clock.now
        is_touch = match_event.type is _OTHER and match_event.x is not None
        corrects_pressures = is_touch and self._count(match_event, before)
        has_grown = clock.advance(match_event.period, match_event.clock_seconds, signal.occurred_at)
        if not has_grown and not corrects_pressures:
            return ADVANCED
        period, clock_seconds = clock.now
        if corrects_pressures or match_event.period < period:
            moments = self._revise(signal.received_at_ms)
        else:
            found = self._story.reach(period, clock_seconds)
            if not found:
                is_next_step = clock_seconds // STEP_SECONDS != before[1] // STEP_SECONDS
                return NEXT_STEP if is_next_step and is_touch else ADVANCED
            moments = self._publication.publish(found, signal.received_at_ms)
        return Outcome(moments=moments, changed=FEED_CHANGED if moments else frozenset())

    def _count(self, match_event: MatchEvent, now: tuple[int, float]) -> bool:
        """Count where an entry happened; true if it comes so late that other pressures have begun."""
        side, x = match_event.side, match_event.x
        if side is None or x is None:
            return False
        period, clock_seconds = match_event.period, match_event.clock_seconds
        now_period, now_seconds = now
        if (period == now_period and clock_seconds + STEP_SECONDS >= now_seconds) or period > now_period:
            self._momentum.observe(match_event.id, period, clock_seconds, side, x)
            return False
        until = now_seconds if period == now_period else self._clock.furthest(period)
        before = self._momentum.episodes(period, until)
        self._momentum.observe(match_event.id, period, clock_seconds, side, x)
        return self._momentum.episodes(period, until) != before

    def _continue(self, entry: Entry, received_at_ms: int | None) -> tuple[Moment, ...]:
        self._clock.add(entry)
        return self._publication.publish(self._story.apply(entry), received_at_ms)

    def _revise(self, received_at_ms: int | None) -> tuple[Moment, ...]:
        """Replay the story, and publish what is different now."""
        standing = self._log.standing()
        self._clock.rebuild(standing)
        moments = self._replay(standing)
        published = self._publication.publish(moments, received_at_ms)
        return published + self._publication.retract_others(moments, self.situation, received_at_ms)

    def _replay(self, standing: Sequence[Entry]) -> list[Moment]:
        """Replay the story from its beginning; return its moments in the order of play."""
        needs_all = any(entry.match_event.type in NEEDS_ALL_ENTRIES for entry in standing)
        entries = self._log if needs_all else ()
        self._story = Story(self._match_id, self._rules, self._clock, self._momentum, entries)
        moments = {moment.id: moment for entry in standing for moment in self._story.apply(entry)}
        moments.update((moment.id, moment) for moment in self._story.reach(*self._clock.now))
        return list(moments.values())
