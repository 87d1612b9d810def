"""Scores that the feed states: what each adds to the goals that were seen, and which goals explain it."""

from collections.abc import Iterable

from domain.detection.clock import PlayClock
from domain.detection.entry import Entry
from domain.detection.entry_moments import is_shoot_out_kick
from domain.match import Score, Side
from domain.match_event import MatchEvent, MatchEventType

EXPLAINED_WITHIN_SECONDS = 300.0
"""Play time within which a later goal explains a score that was stated before it."""


class StatedScores:
    """Reconciles stated scores with goals; statements must come in the order of play.

    A statement is absolute at its time. What the feed says of a goal afterwards changes the score again: a
    goal withdrawn since takes one away, unless the statement had one less already; one amended to the other
    side, or reinstated, adds one. Goals in excess of those seen are missing from the feed, or still to
    come: a goal soon after in play, because clocks are rounded up, is one of them and adds nothing.
    """

    def __init__(self, entries: Iterable[Entry], clock: PlayClock) -> None:
        goals = [entry for entry in entries if any(_side_of(each.match_event) for each in entry.versions)]
        self._goals = sorted(goals, key=lambda goal: goal.order)
        self._clock = clock
        self._explaining: set[Entry] = set()

    def score_after(self, statement: Entry, score: Score) -> Score:
        """Return the score after a statement, given the score before it."""
        return Score(
            home=self._goals_after(statement, Side.HOME, score.home),
            away=self._goals_after(statement, Side.AWAY, score.away),
        )

    def _goals_after(self, statement: Entry, side: Side, counted: int) -> int:
        assert statement.match_event.score is not None, "MatchEvent.from_dict refuses a missing score"
        stated = statement.match_event.score.of(side)
        lost = gained = to_come = 0
        for goal in self._goals:
            is_before = goal.order < statement.order
            if not is_before and goal not in self._explaining:
                continue
            was, is_now = _side_known(goal, statement) is side, _side_now(goal) is side
            lost += was and not is_now
            gained += is_now and not was
            to_come += is_now and not is_before
        counted += to_come
        known = counted + lost - gained
        missing = max(stated - known, 0)
        explained = self._explain(statement, side, missing)
        return max(min(stated, counted - gained) + missing + gained - to_come - explained, 0)

    def _explain(self, statement: Entry, side: Side, missing: int) -> int:
        """Find the goals soon after a statement that are among those that it has in excess; count them."""
        stated_at = self._clock.play_seconds(*statement.match_event.order)
        explaining = [
            goal
            for goal in self._goals
            if goal.order > statement.order
            and goal not in self._explaining
            and _side_of(goal.match_event) is side
            and self._clock.play_seconds(*goal.match_event.order) - stated_at <= EXPLAINED_WITHIN_SECONDS
        ][:missing]
        self._explaining.update(explaining)
        return len(explaining)


def _side_of(match_event: MatchEvent) -> Side | None:
    """Return the side that gains a goal by an entry; None if it is no goal."""
    is_goal = match_event.type is MatchEventType.GOAL and not is_shoot_out_kick(match_event)
    return match_event.side if is_goal else None


def _side_now(goal: Entry) -> Side | None:
    return None if goal.is_withdrawn else _side_of(goal.match_event)


def _side_known(goal: Entry, statement: Entry) -> Side | None:
    """Return the side of a goal by what the feed had said of it at the time of a statement.

    The first version counts as said even if it arrived later: the statement may come before its goal.
    """
    said = [
        (version.arrival, _side_of(version.match_event))
        for version in goal.versions
        if version is goal.versions[0] or version.arrival < statement.arrival
    ]
    said += [(each.applied_at, None) for each in goal.withdrawals if _is_before(each, goal, statement)]
    return max(said, key=lambda word: word[0])[1]


def _is_before(withdrawal: Entry, goal: Entry, statement: Entry) -> bool:
    """True if a withdrawal came before a statement.

    By its time; by arrival if that is the time of the goal itself.
    """
    withdrawn_at = withdrawal.current.occurred_at
    if any(withdrawn_at == version.occurred_at for version in goal.versions):
        return withdrawal.applied_at < statement.arrival
    return withdrawn_at < statement.current.occurred_at
