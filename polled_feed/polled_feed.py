"""Reconcile documents with what was sent: the signals of a document make the feed say the same as it does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.match import Score, Side
from domain.match_event import Card, MatchEvent, MatchEventType
from domain.signal import Signal
from polled_feed.cancellations import disallowed_goals, without_cancelled
from polled_feed.known_entry import KnownEntry
from polled_feed.matching import recognise
from polled_feed.outgoing import Outgoing
from polled_feed.snapshot import Cancellation, Phase, PolledEntry, PolledMatch
from polled_feed.state import FeedState
from polled_feed.whistles import SAYS_NOTHING, WHISTLES, whistles

FIRST_REVISION = 1
STATEMENT_ID = "stated-score"
DISMISSALS = frozenset({Card.RED, Card.SECOND_YELLOW})
MAX_SLUG = 80


class PolledFeed:
    """The feed of one match, made of documents; the same document twice leads to no signal.

    A goal that vanishes is withdrawn at once, unless the document's own score still counts it. Any other
    entry that vanishes is withdrawn at once, unless the whole list is empty: some APIs answer with an empty
    list now and then, so two documents in a row must have one.
    """

    def __init__(self, match_id: str, source: str, state: Mapping[str, Any] | None = None) -> None:
        self.match_id = match_id
        self._source = source
        self._state = FeedState() if state is None else FeedState.from_dict(state)

    def state(self) -> dict[str, Any]:
        """Return everything that the next document needs, in JSON-safe form."""
        return self._state.to_dict()

    def poll(self, polled: PolledMatch, at: datetime) -> tuple[Signal, ...]:
        """Return the signals of a document that came at a time, in the order in which they must be sent."""
        last_at = self._state.last_at
        at = at if last_at is None else max(at, last_at + timedelta(milliseconds=1))
        out = Outgoing(self.match_id, self._source, at, _period_starts(polled, at))
        entries = self._entries_of(polled)
        if entries is not None:
            matched = recognise(entries, self._played())
            recognised = {known.id for _, known in matched if known is not None}
            self._withdraw_missing(polled, entries, recognised, out)
            self._blow(polled, out, starts=True)
            for entry, known in matched:
                self._send(entry, known, out)
        else:
            self._blow(polled, out, starts=True)
        self._blow(polled, out, starts=False)
        self._tick(polled, out)
        self._state_score(polled, out)
        if out.signals:
            self._state.last_at = out.at
        return out.signals

    def _entries_of(self, polled: PolledMatch) -> list[PolledEntry] | None:
        """Return the entries that a document stands by; None if it says nothing about them."""
        if polled.entries is None:
            return None
        is_empty = not polled.entries
        is_odd = is_empty and not self._state.was_empty and len(list(_standing(self._played()))) > 1
        self._state.was_empty = is_empty
        if is_odd:
            return None
        left = without_cancelled(polled.entries, polled.cancellations, polled.score)
        return list(_one_dismissal_each(left))

    def _played(self) -> list[KnownEntry]:
        return [each for each in self._state.entries.values() if each.match_event.type not in WHISTLES]

    def _send(self, entry: PolledEntry, known: KnownEntry | None, out: Outgoing) -> None:
        match_event = MatchEvent(
            id=self._new_id(entry) if known is None else known.id,
            type=entry.type,
            period=entry.period,
            clock_seconds=entry.clock_seconds,
            side=entry.side,
            player=entry.player,
            card=entry.card,
            own_goal=entry.own_goal,
            penalty=entry.penalty,
            scored=entry.scored,
        )
        known = self._put(match_event, known, out)
        known.other_player, known.given_id = entry.other_player, entry.given_id

    def _put(self, match_event: MatchEvent, known: KnownEntry | None, out: Outgoing) -> KnownEntry:
        """Send an entry that is new, amended or reinstated; return what is known of it now."""
        if known is None:
            known = KnownEntry(match_event=replace(match_event, revision=FIRST_REVISION))
            self._state.entries[known.id] = known
            out.send(known.match_event)
            return known
        said = replace(match_event, revision=known.match_event.revision)
        if not known.stands or said != known.match_event:
            known.match_event = replace(match_event, revision=known.revision + 1)
            known.withdrawn_by = None
            out.send(known.match_event)
        return known

    def _new_id(self, entry: PolledEntry) -> str:
        """Return an id of what the document says first, with an ordinal where that is taken."""
        player = "".join(each if each.isalnum() else "-" for each in (entry.player or "unknown").lower())
        minute = int(entry.clock_seconds // 60)
        key = f"{entry.type.value}-{entry.side.value}-{entry.period}-{minute}-{player[:MAX_SLUG]}"
        ordinal = 1
        while f"{key}-{ordinal}" in self._state.entries:
            ordinal += 1
        return f"{key}-{ordinal}"

    def _withdraw_missing(
        self, polled: PolledMatch, entries: Sequence[PolledEntry], recognised: set[str], out: Outgoing
    ) -> None:
        missing = [each for each in _standing(self._played()) if each.id not in recognised]
        held = _counted_by_the_score(missing, entries, polled.score)
        gone = [each for each in missing if each.id not in held]
        withdrawn = [each for each in self._played() if not each.stands]
        reviews = disallowed_goals([*withdrawn, *gone], polled.cancellations)
        for known in gone:
            self._withdraw(known, out, reviews.get(known.id))
        for known in withdrawn:
            is_plain = known.withdrawn_by == MatchEventType.ENTRY_WITHDRAWN
            if known.id in reviews and is_plain and known.id not in recognised:
                self._withdraw(known, out, reviews[known.id])

    def _withdraw(self, known: KnownEntry, out: Outgoing, review: Cancellation | None = None) -> None:
        kind = MatchEventType.ENTRY_WITHDRAWN if review is None else MatchEventType.GOAL_CANCELLED
        place = known.match_event if review is None else review
        known.match_event = replace(known.match_event, revision=known.revision + 1)
        known.withdrawn_by = kind.value
        out.send(
            MatchEvent(
                id=f"{known.id}-withdrawn",
                type=kind,
                period=place.period,
                clock_seconds=place.clock_seconds,
                related_id=known.id,
                revision=known.revision,
            ),
            is_correction=True,
        )

    def _blow(self, polled: PolledMatch, out: Outgoing, *, starts: bool) -> None:
        """Send the whistles of the status, starts or ends, and withdraw those that it has no more."""
        if polled.phase in SAYS_NOTHING:
            return
        wanted = {
            whistle.id: whistle
            for whistle in whistles(polled, self._furthest(polled))
            if (whistle.type is MatchEventType.PERIOD_START) is starts
        }
        for known in list(self._state.entries.values()):
            is_whistle = known.match_event.type in WHISTLES
            is_start = known.match_event.type is MatchEventType.PERIOD_START
            if is_whistle and is_start is starts and known.stands and known.id not in wanted:
                self._withdraw(known, out)
        for whistle in wanted.values():
            known_whistle = self._state.entries.get(whistle.id)
            if known_whistle is None or not known_whistle.stands:
                self._put(whistle, known_whistle, out)

    def _furthest(self, polled: PolledMatch) -> Any:
        clocks: dict[int, float] = {}
        known = [each.match_event.order for each in _standing(self._state.entries.values())]
        for period, clock_seconds in (*known, self._state.tick, polled.minute or (0, 0.0)):
            clocks[period] = max(clocks.get(period, 0.0), clock_seconds)
        return lambda period: clocks.get(period, 0.0)

    def _tick(self, polled: PolledMatch, out: Outgoing) -> None:
        """Advance the clock of the match to the minute that the document shows."""
        if polled.phase is not Phase.IN_PLAY or polled.minute is None or polled.minute <= self._state.tick:
            return
        self._state.tick = polled.minute
        period, clock_seconds = polled.minute
        out.send(
            MatchEvent(
                id=f"clock-{period}-{int(clock_seconds)}",
                type=MatchEventType.OTHER,
                period=period,
                clock_seconds=clock_seconds,
            ),
            is_correction=True,
        )

    def _state_score(self, polled: PolledMatch, out: Outgoing) -> None:
        """State the score where the goals that stand do not make it, and withdraw that where they do."""
        if polled.score is None:
            return
        goals = [each for each in _standing(self._played()) if each.match_event.type is MatchEventType.GOAL]
        counted = Score()
        for goal in goals:
            counted = counted.plus(goal.match_event.side or Side.HOME)
        statement = self._state.statement
        if counted == polled.score:
            if statement is not None and statement.stands:
                self._withdraw(statement, out)
            return
        standing = ",".join(sorted(f"{goal.id}:{goal.revision}" for goal in goals))
        basis = f"{polled.score.home}-{polled.score.away} {standing}"
        if statement is not None and statement.stands and basis == self._state.statement_basis:
            return
        period, clock_seconds = self._now(polled)
        self._state.statement_basis = basis
        self._state.statement = KnownEntry(
            match_event=MatchEvent(
                id=STATEMENT_ID,
                type=MatchEventType.SCORE_CORRECTION,
                period=period,
                clock_seconds=clock_seconds,
                score=polled.score,
                revision=FIRST_REVISION if statement is None else statement.revision + 1,
            )
        )
        out.send(self._state.statement.match_event, is_correction=True)

    def _now(self, polled: PolledMatch) -> tuple[int, float]:
        """Return the furthest position in play that is known.

        Withdrawn entries count: detection would take a later goal for one that the statement announces.
        """
        known = [*self._played(), *_standing(self._state.entries.values())]
        orders = [each.match_event.order for each in known]
        period, clock_seconds = max([*orders, self._state.tick, polled.minute or (1, 0.0)])
        return max(period, 1), clock_seconds


def _period_starts(polled: PolledMatch, at: datetime) -> dict[int, datetime]:
    """Return when periods began: by the provider, or else by the minute that the document shows."""
    starts = dict(polled.period_starts)
    if polled.minute is not None:
        period, clock_seconds = polled.minute
        starts.setdefault(period, at - timedelta(seconds=clock_seconds))
    return starts


def _standing(entries: Iterable[KnownEntry]) -> Iterable[KnownEntry]:
    return (each for each in entries if each.stands)


def _counted_by_the_score(
    missing: Sequence[KnownEntry], entries: Sequence[PolledEntry], score: Score | None
) -> set[str]:
    """Return the goals that a document does not list and its score still counts."""
    held: set[str] = set()
    if score is None:
        return held
    for side in Side:
        listed = sum(each.type is MatchEventType.GOAL and each.side is side for each in entries)
        goals = [
            each.id
            for each in missing
            if each.match_event.type is MatchEventType.GOAL and each.match_event.side is side
        ]
        held.update(goals[: max(score.of(side) - listed, 0)])
    return held


def _one_dismissal_each(entries: Iterable[PolledEntry]) -> Iterable[PolledEntry]:
    """Drop the red card that a document lists beside the second yellow card it was shown for."""
    sent_off: set[tuple[Side, str]] = set()
    for entry in entries:
        if entry.card in DISMISSALS and entry.player is not None:
            if (entry.side, entry.player) in sent_off:
                continue
            sent_off.add((entry.side, entry.player))
        yield entry
