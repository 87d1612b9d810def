"""The detector of one match: signals in whatever order they come, moments out, each id once."""

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.detection.clock import PlayClock
from domain.detection.entry import Entry
from domain.detection.event_time import EventTime
from domain.detection.outcome import Outcome, Part, Verdict
from domain.detection.published_moment import RETRACTED, PublishedMoment, fingerprint_of, revised
from domain.detection.rules import DEFAULT_RULES, Rule
from domain.detection.story import Story
from domain.match import Score, Side
from domain.match_event import MatchEvent, MatchEventType
from domain.moment import Moment
from domain.signal import Signal
from domain.validation import Reader, format_instant

DEFAULT_LATENESS_SECONDS = 120.0
STATE_VERSION = 1
FEED_CHANGED = frozenset({Part.FEED})
MAX_ENTRIES = 2_000
"""Entries that matter in one match; the busiest real matches have about a hundred."""


class MatchDetector:
    """Finds the moments of one match.

    An entry in the order of play adds to the story; one out of order has the story told again, and only what
    is new or now different is said: a changed moment under the id `<id>~<revision>`, with `revises` in its
    details, and with `retracted` where it did not happen after all.
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
        self._story = Story(match_id, self._rules, self._clock)
        self._entries: list[Entry] = []
        self._signal_ids: set[str] = set()
        self._published: dict[str, PublishedMoment] = {}
        self._ended_at: datetime | None = None
        self._let_go = False

    @property
    def ended_at(self) -> datetime | None:
        """When the match ended in event time; None while it is on."""
        return self._ended_at

    @property
    def score(self) -> Score:
        """The score as the entries so far have it."""
        return self._story.score

    def observe(self, signal: Signal) -> Outcome:
        """What one signal leads to; signals that are no feed entries lead to nothing here."""
        match_event = signal.match_event
        if match_event is None:
            return Outcome()
        if self._let_go or self._time.is_late(signal.occurred_at):
            known = signal.id in self._signal_ids
            return Outcome(verdict=Verdict.DUPLICATE if known else Verdict.LATE)
        self._time.advance(signal.occurred_at)
        self._clock.reach(match_event.period, match_event.clock_seconds, signal.occurred_at)
        if match_event.type is MatchEventType.OTHER:
            moments = self._publish(list(self._story.reach(*self._clock.now)), signal)
            return Outcome(moments=moments, changed=FEED_CHANGED if moments else frozenset())
        if signal.id in self._signal_ids or self._was_said(match_event):
            return Outcome(verdict=Verdict.DUPLICATE)
        if len(self._entries) >= MAX_ENTRIES:
            return Outcome(verdict=Verdict.OVERFLOW)
        return Outcome(moments=self._take_in(Entry.of(signal, match_event), signal), changed=FEED_CHANGED)

    def placed(self, moment: Moment) -> Moment:
        """A moment that the feed did not tell, at its place in play and with the state of the match."""
        period, clock_seconds = self._clock.at(moment.occurred_at)
        return replace(
            moment,
            period=period,
            clock_seconds=clock_seconds,
            score=self._story.score,
            home_sent_off=self._story.sent_off(Side.HOME),
            away_sent_off=self._story.sent_off(Side.AWAY),
        )

    def let_go(self) -> None:
        """Forget everything but that the match is over, so that a straggler finds no empty match."""
        self._let_go = True
        self._entries, self._signal_ids, self._published = [], set(), {}
        self._story = Story(self._match_id, self._rules, self._clock)

    def state(self) -> dict[str, Any]:
        """Everything that a checkpoint must hold, JSON-safe."""
        return {
            "version": STATE_VERSION,
            "let_go": self._let_go,
            "time": self._time.state(),
            "ended_at": self._ended_at and format_instant(self._ended_at),
            "clock": self._clock.state(),
            "entries": [entry.to_dict() for entry in self._entries],
            "told": {moment_id: told.to_list() for moment_id, told in self._published.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint; the rules may have changed since."""
        reader = Reader(state, "state")
        reader.integer("version", minimum=STATE_VERSION, maximum=STATE_VERSION)
        self._let_go = reader.boolean("let_go")
        self._time.restore(reader.mapping("time"))
        self._ended_at = reader.instant("ended_at") if reader.has("ended_at") else None
        self._clock.restore(reader.mapping("clock"))
        self._entries = list(reader.items("entries", Entry.from_dict, maximum=MAX_ENTRIES))
        self._signal_ids = {entry.signal_id for entry in self._entries}
        self._published = {
            moment_id: PublishedMoment.from_list(told) for moment_id, told in reader.mapping("told").items()
        }
        self._replay()

    def _take_in(self, entry: Entry, signal: Signal) -> tuple[Moment, ...]:
        match_event = entry.match_event
        self._signal_ids.add(entry.signal_id)
        in_order = not self._entries or entry.order > self._entries[-1].order
        insort(self._entries, entry, key=_play_order)
        if match_event.type is MatchEventType.PERIOD_END:
            self._clock.end(match_event.period, match_event.clock_seconds)
        if match_event.type is MatchEventType.MATCH_END:
            self._ended_at = entry.occurred_at
        if in_order and entry.match_event.order >= self._clock.now:
            return self._publish(list(self._story.apply(entry)), signal)
        standing_before = {
            moment_id for moment_id, told in self._published.items() if told.fingerprint != RETRACTED
        }
        moments = self._replay()
        retracted = standing_before - {moment.id for moment in moments}
        return self._publish(moments, signal) + tuple(
            self._retract(moment_id, signal) for moment_id in sorted(retracted)
        )

    def _replay(self) -> list[Moment]:
        """The story from its beginning: the last word about each moment, in the order of play."""
        self._story = Story(self._match_id, self._rules, self._clock)
        moments: dict[str, Moment] = {}
        for entry in self._entries:
            moments.update((moment.id, moment) for moment in self._story.apply(entry))
        moments.update((moment.id, moment) for moment in self._story.reach(*self._clock.now))
        return list(moments.values())

    def _publish(self, moments: Sequence[Moment], signal: Signal) -> tuple[Moment, ...]:
        """What of the story was not said yet, or differently."""
        published = []
        for moment in moments:
            fingerprint = fingerprint_of(moment)
            told = self._published.get(moment.id)
            if told is not None and told.fingerprint == fingerprint:
                continue
            revision = 0 if told is None else told.revision + 1
            self._published[moment.id] = PublishedMoment(
                fingerprint=fingerprint,
                revision=revision,
                type=moment.type,
                signal_id=moment.signal_id,
                period=moment.period,
                clock_seconds=moment.clock_seconds,
                occurred_at=moment.occurred_at,
            )
            published.append(replace(revised(moment, revision), received_at_ms=signal.received_at_ms))
        return tuple(published)

    def _retract(self, moment_id: str, signal: Signal) -> Moment:
        told = self._published[moment_id]
        told.fingerprint = RETRACTED
        told.revision += 1
        retraction = Moment(
            id=moment_id,
            match_id=self._match_id,
            type=told.type,
            signal_id=told.signal_id,
            period=told.period,
            clock_seconds=told.clock_seconds,
            occurred_at=told.occurred_at,
            score=self._story.score,
            home_sent_off=self._story.sent_off(Side.HOME),
            away_sent_off=self._story.sent_off(Side.AWAY),
            details={RETRACTED: True},
            received_at_ms=signal.received_at_ms,
        )
        return revised(retraction, told.revision)

    def _was_said(self, match_event: MatchEvent) -> bool:
        """Whether another signal brought the very same entry: feeds send again in new envelopes."""
        return any(entry.match_event == match_event for entry in self._entries)


def _play_order(entry: Entry) -> tuple[int, float, int, str]:
    return entry.order
