"""The story of a match: applied entry by entry in the order of play, it finds the moments."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from domain.detection import goal_rules
from domain.detection.clock import PlayClock
from domain.detection.entry import Entry, PlayOrder
from domain.detection.entry_moments import (
    is_ordinary,
    is_shoot_out_kick,
    moment_type_of,
    once_per,
    was_scored,
)
from domain.detection.goal_rules import Details
from domain.detection.momentum import Momentum
from domain.detection.rules import Rule, RuleKind
from domain.detection.scoreline import Change, Scoreline
from domain.detection.screen import Screen
from domain.detection.stated_score import StatedScores
from domain.detection.timetable import Due, Timetable
from domain.match import Score, Side
from domain.match_event import CORRECTIONS, SHOOT_OUT_PERIOD, Card, MatchEventType
from domain.moment import BACKGROUND, Moment, MomentType
from domain.rotation import LULL_NUMBER
from domain.salience import MAJOR, SALIENCE
from domain.situation import Situation, phase_at

_GOAL_RULES = {
    RuleKind.GOALS_IN_WINDOW: goal_rules.goal_rush,
    RuleKind.EQUALISER: goal_rules.equalises,
    RuleKind.COMEBACK: goal_rules.comes_back,
    RuleKind.LEAD_CHANGE: goal_rules.changes_lead,
}
_CHANGE_THE_PAST = frozenset({*CORRECTIONS, MatchEventType.SCORE_CORRECTION, MatchEventType.MATCH_END})
"""Entries after which the story is replayed, even if they are the last in the order of play."""
MOST_SENT_OFF = 11


class Story:
    """Finds the moments of one match; entries must come in the order of play.

    It keeps no lasting state: replayed from its entries, it finds the same. `entries` are all that are
    known, withdrawn ones too, for stated scores and for ends of the match that were premature.
    """

    def __init__(
        self,
        match_id: str,
        rules: Sequence[Rule],
        clock: PlayClock,
        momentum: Momentum,
        entries: Iterable[Entry] = (),
    ) -> None:
        self._match_id = match_id
        self._rules = rules
        self._by_entry = {rule.moment: rule for rule in rules if rule.kind is RuleKind.ENTRY}
        self._screen = Screen()
        self._timetable = Timetable(rules, clock, self._screen, momentum)
        self._clock = clock
        self._entries = tuple(entries)
        self._stated_scores = StatedScores(self._entries, clock)
        self._scoreline = Scoreline()
        self._kicks = Score()
        self._found_once: set[tuple[MomentType, str]] = set()
        self._last_found: dict[MomentType, float] = {}
        self._lulls = 0
        self._sent_off = {Side.HOME: 0, Side.AWAY: 0}
        self._last: PlayOrder | None = None
        self._breaks: set[int] = set()
        self._is_finished = False

    @property
    def situation(self) -> Situation:
        """Return the situation at this point of the story."""
        period, clock_seconds = self._clock.now
        return Situation(
            period=period,
            clock_seconds=clock_seconds,
            score=self._scoreline.score,
            home_sent_off=self._sent_off[Side.HOME],
            away_sent_off=self._sent_off[Side.AWAY],
            phase=phase_at(
                period, clock_seconds, is_break=period in self._breaks, is_finished=self._is_finished
            ),
        )

    def continues_with(self, entry: Entry) -> bool:
        """True if an entry that is new comes after all others, and changes nothing before it."""
        match_event = entry.match_event
        return (
            not self._entries
            and match_event.type not in _CHANGE_THE_PAST
            and (self._last is None or entry.order > self._last)
            and match_event.order >= self._clock.now
        )

    def apply(self, entry: Entry) -> list[Moment]:
        """Return the moments that an entry makes, and after this news those that were due before it."""
        self._last = entry.order
        is_correction = entry.match_event.type in CORRECTIONS
        due = [] if is_correction else self.reach(*entry.match_event.order)
        moments = list(self._moments_of(entry))
        if moments:
            self._timetable.screen_changed()
        return moments + due

    def reach(self, period: int, clock_seconds: float) -> list[Moment]:
        """Return the moments that the clock makes when play has come this far."""
        if not self._timetable.is_due(period, clock_seconds):
            return []
        moments = []
        for due in self._timetable.due_until(period, clock_seconds):
            if self._holds(due):
                moments.append(self._clock_moment(due))
        return moments

    def _moments_of(self, entry: Entry) -> Iterator[Moment]:
        match_event = entry.match_event
        if match_event.type in CORRECTIONS:
            yield from self._goal_disallowed(entry)
        elif is_shoot_out_kick(match_event):
            yield from self._shoot_out_kick(entry)
        elif match_event.type is MatchEventType.GOAL:
            yield from self._goal(entry)
        elif match_event.type is MatchEventType.SCORE_CORRECTION:
            yield from self._state_score(entry)
        elif match_event.type is not MatchEventType.MATCH_END:
            yield from self._ordinary(entry)
        elif not any(_goes_on(each, entry) for each in self._entries):
            yield from self._ordinary(entry)
            yield from self._late_winner()

    def _holds(self, due: Due) -> bool:
        """True if what is due makes a moment: a level score, or a pressure that is not in its cool-down."""
        if due.rule.kind is RuleKind.LEVEL_AT:
            return self._scoreline.score.leader is None and self._clock.has_seen(due.period)
        return due.pressure is None or not self._is_cooling(due.rule, (due.period, due.clock_seconds))

    def _ordinary(self, entry: Entry) -> Iterator[Moment]:
        match_event = entry.match_event
        moment_type = moment_type_of(match_event)
        if moment_type is None:
            return
        if moment_type is MomentType.HALF_TIME:
            self._breaks.add(match_event.period)
        once = once_per(match_event, moment_type)
        if once is not None:
            if (moment_type, once) in self._found_once:
                return
            self._found_once.add((moment_type, once))
        details: Details = {}
        if moment_type is MomentType.RED_CARD:
            details = {"second_yellow": match_event.card is Card.SECOND_YELLOW}
            if match_event.side is not None:
                self._sent_off[match_event.side] = min(self._sent_off[match_event.side] + 1, MOST_SENT_OFF)
        if match_event.outcome is not None:
            details = {"outcome": match_event.outcome.value}
        if match_event.minutes is not None:
            details = {"minutes": match_event.minutes}
        if moment_type is MomentType.FULL_TIME:
            self._is_finished = True
            if match_event.period == SHOOT_OUT_PERIOD:
                details = {"kicks_home": self._kicks.home, "kicks_away": self._kicks.away}
        key = None if moment_type is MomentType.RED_CARD else once
        yield from self._entry_moment(moment_type, entry, details, key)

    def _shoot_out_kick(self, entry: Entry) -> Iterator[Moment]:
        side, scored = entry.match_event.side, was_scored(entry.match_event)
        if scored and side is not None:
            self._kicks = self._kicks.plus(side)
        details: Details = {
            "scored": scored,
            "kicks_home": self._kicks.home,
            "kicks_away": self._kicks.away,
        }
        yield from self._entry_moment(MomentType.SHOOT_OUT_KICK, entry, details)

    def _goal(self, entry: Entry) -> Iterator[Moment]:
        goal = self._scoreline.add_goal(entry, self._clock.play_seconds(*entry.match_event.order))
        changes = self._scoreline.changes
        moment_type = MomentType.OWN_GOAL if entry.match_event.own_goal else MomentType.GOAL
        details: Details = {"effect": goal_rules.effect_of(changes)}
        yield from self._entry_moment(moment_type, entry, details, player=goal.player)
        for rule in self._rules:
            yield from self._goal_meaning(rule, goal, changes)

    def _goal_meaning(self, rule: Rule, goal: Change, changes: Sequence[Change]) -> Iterator[Moment]:
        entry = goal.entry
        if rule.kind in _GOAL_RULES:
            details = _GOAL_RULES[rule.kind](rule, changes)
        elif rule.kind is RuleKind.GOALS_BY_PLAYER:
            details = goal_rules.goals_by_player(rule, changes, goal)
            entry = entry.scorer_change or entry
        else:
            return
        if details is not None and not self._is_cooling(rule, entry.match_event.order, by_goal=True):
            yield self._moment(rule, entry, details, side=goal.side, player=goal.player)

    def _goal_disallowed(self, withdrawal: Entry) -> Iterator[Moment]:
        """A goal that was cancelled is disallowed; a withdrawal of another kind makes no moment."""
        goal = withdrawal.target
        if (
            withdrawal.match_event.type is not MatchEventType.GOAL_CANCELLED
            or goal is None
            or goal.arrival > withdrawal.applied_at
            or withdrawal is not max(goal.withdrawals, key=lambda each: each.applied_at)
            or is_shoot_out_kick(goal.match_event)
        ):
            return
        scorer_change = goal.scorer_change
        yield from self._entry_moment(
            MomentType.GOAL_DISALLOWED,
            withdrawal,
            {"goal_id": goal.key[1]},
            side=goal.match_event.side,
            player=scorer_change.match_event.player if scorer_change else goal.match_event.player,
        )

    def _state_score(self, entry: Entry) -> Iterator[Moment]:
        before = self._scoreline.score
        after = self._stated_scores.score_after(entry, before)
        if after == before:
            return
        self._scoreline.state_score(entry, after, self._clock.play_seconds(*entry.match_event.order))
        details: Details = {"home_before": before.home, "away_before": before.away}
        yield from self._entry_moment(MomentType.SCORE_CORRECTED, entry, details)

    def _late_winner(self) -> Iterator[Moment]:
        winner = goal_rules.lasting_winner(self._scoreline.changes)
        if winner is None:
            return
        final = self._scoreline.score
        for rule in self._rules:
            if rule.kind is RuleKind.WINNER and goal_rules.is_late(winner, rule.from_clock_seconds):
                details: Details = {"final_home": final.home, "final_away": final.away}
                yield self._moment(rule, winner.entry, details, score=winner.score, player=winner.player)

    def _entry_moment(
        self,
        moment_type: MomentType,
        entry: Entry,
        details: Details,
        key: str | None = None,
        *,
        side: Side | None = None,
        player: str | None = None,
    ) -> Iterator[Moment]:
        rule = self._by_entry.get(moment_type)
        if rule is not None and not self._is_cooling(rule, entry.match_event.order):
            yield self._moment(rule, entry, details, key, side=side, player=player)

    def _is_cooling(self, rule: Rule, order: tuple[int, float], *, by_goal: bool = False) -> bool:
        """True if the rule is in its cool-down; a goal rush counts growth and time by itself."""
        if rule.quiet_seconds > 0 and not self._timetable.has_window(rule, *order):
            return True
        if rule.cool_down_seconds <= 0 or (by_goal and rule.kind is RuleKind.GOALS_IN_WINDOW):
            return False
        play_seconds = self._clock.play_seconds(*order)
        last = self._last_found.get(rule.moment)
        if last is not None and play_seconds - last < rule.cool_down_seconds:
            return True
        self._last_found[rule.moment] = play_seconds
        return False

    def _moment(
        self,
        rule: Rule,
        entry: Entry,
        details: Details,
        key: str | None = None,
        *,
        score: Score | None = None,
        side: Side | None = None,
        player: str | None = None,
    ) -> Moment:
        version, match_event = entry.current, entry.match_event
        moment = Moment(
            id=f"{self._match_id}:{rule.moment}:{key or entry.name}",
            match_id=self._match_id,
            type=rule.moment,
            signal_id=version.signal_id,
            period=match_event.period,
            clock_seconds=match_event.clock_seconds,
            occurred_at=entry.occurred_at,
            media_time=version.media_time,
            score=self._scoreline.score if score is None else score,
            home_sent_off=self._sent_off[Side.HOME],
            away_sent_off=self._sent_off[Side.AWAY],
            side=match_event.side if side is None else side,
            player=match_event.player if player is None else player,
            penalty=match_event.penalty,
            details=details,
        )
        return self._on_screen(rule, moment)

    def _clock_moment(self, due: Due) -> Moment:
        rule = due.rule
        if rule.kind is RuleKind.LULL:
            self._lulls += 1
            key, details = str(self._lulls), Details({LULL_NUMBER: self._lulls})
        elif due.pressure is not None:
            key = f"period-{due.period}-{due.pressure.since_seconds}"
            details = Details({"tilt": due.pressure.tilt})
        else:
            key, details = f"period-{due.period}", Details({"left_seconds": due.left_seconds})
        moment = Moment(
            id=f"{self._match_id}:{rule.moment}:{key}",
            match_id=self._match_id,
            type=rule.moment,
            signal_id=key,
            period=due.period,
            clock_seconds=due.clock_seconds,
            occurred_at=self._clock.time_of(due.period, due.clock_seconds),
            score=self._scoreline.score,
            home_sent_off=self._sent_off[Side.HOME],
            away_sent_off=self._sent_off[Side.AWAY],
            side=due.pressure.side if due.pressure is not None else None,
            details=details,
        )
        return self._on_screen(rule, moment)

    def _on_screen(self, rule: Rule, moment: Moment) -> Moment:
        """Give the screen to a moment; one that cannot take it, and is no news, stays in the background."""
        if self._screen.show(rule, *moment.order) or SALIENCE[moment.type].rank >= MAJOR:
            return moment
        return replace(moment, details={**moment.details, BACKGROUND: True})


def _goes_on(entry: Entry, end: Entry) -> bool:
    """True if an entry shows that the match went on after an end: of a later period, or a new start."""
    match_event = entry.match_event
    if entry.is_withdrawn or match_event.type in CORRECTIONS or is_ordinary(match_event):
        return False
    if match_event.period != end.match_event.period:
        return match_event.period > end.match_event.period
    is_start = match_event.type is MatchEventType.PERIOD_START
    return is_start and entry.first_occurred_at > end.first_occurred_at
