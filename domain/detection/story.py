"""The story of a match: told entry by entry in the order of play, it says which moments there were."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.detection import goal_rules
from domain.detection.clock import DECIDING_PERIODS, PlayClock
from domain.detection.entry import Entry
from domain.detection.entry_moments import is_shoot_out_kick, moment_type_of, once_per, was_scored
from domain.detection.goal_rules import Details
from domain.detection.rules import Rule, RuleKind
from domain.detection.scoreline import Change, Scoreline
from domain.match import Score, Side
from domain.match_clock import PERIOD_LENGTH_SECONDS
from domain.match_event import SHOOT_OUT_PERIOD, Card, MatchEventType
from domain.moment import Moment, MomentType

_GOAL_RULES = {
    RuleKind.GOALS_IN_WINDOW: goal_rules.goal_rush,
    RuleKind.EQUALISER: goal_rules.equalises,
    RuleKind.COMEBACK: goal_rules.comes_back,
    RuleKind.LEAD_CHANGE: goal_rules.changes_lead,
}


class Story:
    """Tells the moments of one match; entries must come in the order of play.

    A story holds no lasting state: told again from its entries, it says the same.
    """

    def __init__(self, match_id: str, rules: Sequence[Rule], clock: PlayClock) -> None:
        self._match_id = match_id
        self._rules = rules
        self._by_entry = {rule.moment: rule for rule in rules if rule.kind is RuleKind.ENTRY}
        self._clock = clock
        self._scoreline = Scoreline()
        self._pending: dict[str, Entry] = {}
        self._kicks = Score()
        self._found_once: set[tuple[MomentType, str]] = set()
        self._last_found: dict[MomentType, float] = {}
        self._levels_checked: set[int] = set()
        self._sent_off = {Side.HOME: 0, Side.AWAY: 0}

    @property
    def score(self) -> Score:
        """The score at this point of the story."""
        return self._scoreline.score

    def sent_off(self, side: Side) -> int:
        """Players of a side sent off so far."""
        return self._sent_off[side]

    def apply(self, entry: Entry) -> Iterator[Moment]:
        """The moments that an entry makes."""
        match_event = entry.match_event
        yield from self.reach(match_event.period, match_event.clock_seconds)
        if is_shoot_out_kick(match_event):
            yield from self._shoot_out_kick(entry)
        elif match_event.type is MatchEventType.GOAL:
            yield from self._goal(entry)
        elif match_event.type in (MatchEventType.GOAL_CANCELLED, MatchEventType.SCORER_CHANGED):
            yield from self._correct(entry)
        elif match_event.type is MatchEventType.SCORE_CORRECTION:
            yield from self._state_score(entry)
        else:
            yield from self._ordinary(entry)
            if match_event.type is MatchEventType.MATCH_END:
                yield from self._late_winner()

    def reach(self, period: int, clock_seconds: float) -> Iterator[Moment]:
        """The moments that the clock alone makes when play has come this far."""
        for rule in self._rules:
            if rule.kind is not RuleKind.LEVEL_AT:
                continue
            for deciding in DECIDING_PERIODS:
                due = (deciding, PERIOD_LENGTH_SECONDS[deciding] - rule.left_seconds)
                if deciding in self._levels_checked or (period, clock_seconds) < due:
                    continue
                self._levels_checked.add(deciding)
                if self.score.leader is None and self._clock.has_seen(deciding):
                    yield self._clock_moment(rule.moment, *due, {"left_seconds": rule.left_seconds})

    def _ordinary(self, entry: Entry) -> Iterator[Moment]:
        moment_type = moment_type_of(entry.match_event)
        if moment_type is None:
            return
        once = once_per(entry.match_event, moment_type)
        if once is not None:
            if (moment_type, once) in self._found_once:
                return
            self._found_once.add((moment_type, once))
        details: Details = {}
        if moment_type is MomentType.RED_CARD:
            details = {"second_yellow": entry.match_event.card is Card.SECOND_YELLOW}
            if entry.match_event.side is not None:
                self._sent_off[entry.match_event.side] += 1
        if moment_type is MomentType.FULL_TIME and entry.match_event.period == SHOOT_OUT_PERIOD:
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
        match_event = entry.match_event
        play_seconds = self._clock.play_seconds(match_event.period, match_event.clock_seconds)
        goal = self._scoreline.add_goal(entry, play_seconds)
        changes = self._scoreline.changes
        yield from self._goal_moment(goal, goal_rules.effect_of(changes))
        for rule in self._rules:
            yield from self._goal_meaning(rule, goal, changes)
        pending = self._pending.pop(match_event.id, None) or self._pending.pop(entry.signal_id, None)
        if pending is not None:
            yield from self._correct(pending)

    def _goal_moment(self, goal: Change, effect: str) -> Iterator[Moment]:
        own_goal = goal.entry.match_event.own_goal
        moment_type = MomentType.OWN_GOAL if own_goal else MomentType.GOAL
        yield from self._entry_moment(
            moment_type, goal.entry, {"effect": effect}, score=goal.score, player=goal.player
        )

    def _goal_meaning(self, rule: Rule, goal: Change, changes: Sequence[Change]) -> Iterator[Moment]:
        if rule.kind in _GOAL_RULES:
            details = _GOAL_RULES[rule.kind](rule, changes)
        elif rule.kind is RuleKind.GOALS_BY_PLAYER:
            details = goal_rules.goals_by_player(rule, changes, goal)
        else:
            return
        if details is not None and not self._is_cooling(rule, goal.entry, by_goal=True):
            yield self._moment(rule.moment, goal.entry, details, score=goal.score, player=goal.player)

    def _correct(self, correction: Entry) -> Iterator[Moment]:
        match_event = correction.match_event
        assert match_event.related_id is not None, "MatchEvent.from_dict refuses a correction of nothing"
        index = self._scoreline.find_goal(match_event.related_id)
        if index is None:
            self._pending[match_event.related_id] = correction
        elif match_event.type is MatchEventType.GOAL_CANCELLED:
            goal = self._scoreline.take_back(index)
            yield from self._entry_moment(
                MomentType.GOAL_DISALLOWED,
                correction,
                {"goal_id": goal.entry.match_event.id},
                side=goal.side,
                player=goal.player,
            )
        else:
            yield from self._change_scorer(index, correction)

    def _change_scorer(self, index: int, correction: Entry) -> Iterator[Moment]:
        assert correction.match_event.player is not None, "MatchEvent.from_dict refuses a nameless scorer"
        goal = self._scoreline.give_to(index, correction.match_event.player)
        changes = self._scoreline.changes
        yield from self._goal_moment(goal, goal_rules.effect_of(changes[: index + 1]))
        for rule in self._rules:
            if rule.kind is RuleKind.GOALS_BY_PLAYER:
                details = goal_rules.goals_by_player(rule, changes, goal)
                if details is not None:
                    yield self._moment(rule.moment, correction, details, side=goal.side, player=goal.player)

    def _state_score(self, entry: Entry) -> Iterator[Moment]:
        match_event = entry.match_event
        assert match_event.score is not None, "MatchEvent.from_dict refuses a correction without a score"
        if match_event.score == self.score:
            return
        before = self.score
        play_seconds = self._clock.play_seconds(match_event.period, match_event.clock_seconds)
        self._scoreline.state_score(entry, match_event.score, play_seconds)
        details: Details = {"home_before": before.home, "away_before": before.away}
        yield from self._entry_moment(MomentType.SCORE_CORRECTED, entry, details)

    def _late_winner(self) -> Iterator[Moment]:
        changes = self._scoreline.changes
        winner = goal_rules.lasting_winner(changes)
        for rule in self._rules:
            if rule.kind is not RuleKind.WINNER or winner is None:
                continue
            if goal_rules.is_late(winner, rule.from_clock_seconds):
                details: Details = {"final_home": self.score.home, "final_away": self.score.away}
                yield self._moment(
                    rule.moment, winner.entry, details, score=winner.score, player=winner.player
                )

    def _entry_moment(
        self,
        moment_type: MomentType,
        entry: Entry,
        details: Details,
        key: str | None = None,
        *,
        score: Score | None = None,
        side: Side | None = None,
        player: str | None = None,
    ) -> Iterator[Moment]:
        rule = self._by_entry.get(moment_type)
        if rule is not None and not self._is_cooling(rule, entry):
            yield self._moment(moment_type, entry, details, key, score=score, side=side, player=player)

    def _is_cooling(self, rule: Rule, entry: Entry, *, by_goal: bool = False) -> bool:
        """Whether the rule keeps silent; a goal rush keeps its own count of growth and time."""
        if rule.cool_down_seconds <= 0 or (by_goal and rule.kind is RuleKind.GOALS_IN_WINDOW):
            return False
        match_event = entry.match_event
        play_seconds = self._clock.play_seconds(match_event.period, match_event.clock_seconds)
        last = self._last_found.get(rule.moment)
        if last is not None and play_seconds - last < rule.cool_down_seconds:
            return True
        self._last_found[rule.moment] = play_seconds
        return False

    def _moment(
        self,
        moment_type: MomentType,
        entry: Entry,
        details: Details,
        key: str | None = None,
        *,
        score: Score | None = None,
        side: Side | None = None,
        player: str | None = None,
    ) -> Moment:
        match_event = entry.match_event
        return Moment(
            id=f"{self._match_id}:{moment_type}:{key or entry.signal_id}",
            match_id=self._match_id,
            type=moment_type,
            signal_id=entry.signal_id,
            period=match_event.period,
            clock_seconds=match_event.clock_seconds,
            occurred_at=entry.occurred_at,
            media_time=entry.media_time,
            score=self.score if score is None else score,
            home_sent_off=self._sent_off[Side.HOME],
            away_sent_off=self._sent_off[Side.AWAY],
            side=match_event.side if side is None else side,
            player=match_event.player if player is None else player,
            penalty=match_event.penalty,
            details=details,
        )

    def _clock_moment(
        self, moment_type: MomentType, period: int, clock_seconds: float, details: Details
    ) -> Moment:
        occurred_at: datetime = self._clock.time_of(period, clock_seconds)
        key = f"period-{period}"
        return Moment(
            id=f"{self._match_id}:{moment_type}:{key}",
            match_id=self._match_id,
            type=moment_type,
            signal_id=key,
            period=period,
            clock_seconds=clock_seconds,
            occurred_at=occurred_at,
            score=self.score,
            home_sent_off=self._sent_off[Side.HOME],
            away_sent_off=self._sent_off[Side.AWAY],
            details=details,
        )
