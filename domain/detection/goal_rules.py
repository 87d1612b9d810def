"""What a goal means: each rule looks at the changes of the score that stand, the newest of them a goal."""

from collections.abc import Sequence

from domain.detection.rules import Rule
from domain.detection.scoreline import Change
from domain.match import Score, Side
from domain.match_clock import PERIOD_START_SECONDS
from domain.match_event import FIRST_PERIOD

Details = dict[str, str | int | float | bool]


def is_late(change: Change, from_clock_seconds: float) -> bool:
    """Whether a goal fell at or after a time of the match clock; stoppage of the first half is never late."""
    match_event = change.entry.match_event
    if match_event.period == FIRST_PERIOD:
        return from_clock_seconds <= 0
    return PERIOD_START_SECONDS[match_event.period] + match_event.clock_seconds >= from_clock_seconds


def effect_of(changes: Sequence[Change]) -> str:
    """What the newest goal did to the score, in one word for the context and the components."""
    before, after = _before_and_after(changes)
    if after.leader is None:
        return "equalises"
    if before.leader is None:
        return "takes_lead"
    return "extends_lead" if changes[-1].side is after.leader else "reduces_deficit"


def goal_rush(rule: Rule, changes: Sequence[Change]) -> Details | None:
    """Goals within a window of play: a first rush, and each growth of it.

    A rush lives on until the window held no more than `threshold - hysteresis` goals: a chain of goals, each
    within reach of the last, is one rush and not one per goal.
    """
    goals = [change for change in changes if change.is_goal]
    peak, found_at, found = 0, float("-inf"), None
    for index, goal in enumerate(goals):
        window = [
            earlier
            for earlier in goals[: index + 1]
            if goal.play_seconds - earlier.play_seconds <= rule.window_seconds
        ]
        if len(window) - 1 <= rule.threshold - rule.hysteresis:
            peak = 0
        grown = peak >= rule.threshold
        found = None
        if len(window) >= rule.threshold and len(window) > peak:
            if grown or goal.play_seconds - found_at >= rule.cool_down_seconds:
                found, found_at = _rush_details(window), goal.play_seconds
            peak = len(window)
    return found


def equalises(rule: Rule, changes: Sequence[Change]) -> Details | None:
    """The goal levels the score, late enough for the rule."""
    _, after = _before_and_after(changes)
    if after.leader is None and is_late(changes[-1], rule.from_clock_seconds):
        return {"goals_each": after.home}
    return None


def comes_back(rule: Rule, changes: Sequence[Change]) -> Details | None:
    """The goal levels the score for a side that was `threshold` behind since the score was last level."""
    side = changes[-1].side
    _, after = _before_and_after(changes)
    if after.leader is not None or side is None:
        return None
    deepest = 0
    for change in reversed(changes[:-1]):
        deficit = _deficit(change.score, side)
        if deficit <= 0:
            break
        deepest = max(deepest, deficit)
    return {"deficit": deepest} if deepest >= rule.threshold else None


def changes_lead(_rule: Rule, changes: Sequence[Change]) -> Details | None:
    """The goal gives the lead to the side that was not the last to hold it."""
    before, after = _before_and_after(changes)
    if after.leader is None or before.leader is not None:
        return None
    leaders = [change.score.leader for change in changes[:-1] if change.score.leader is not None]
    return {} if leaders and leaders[-1] is not after.leader else None


def goals_by_player(rule: Rule, changes: Sequence[Change], of: Change) -> Details | None:
    """The scorer of `of` has exactly `threshold` goals now."""
    if not of.counts_for_player:
        return None
    goals = sum(
        1
        for change in changes
        if change.counts_for_player and (change.side, change.player) == (of.side, of.player)
    )
    return {"goals": goals} if goals == rule.threshold else None


def lasting_winner(changes: Sequence[Change]) -> Change | None:
    """The goal that gave the final winner the lead that stood; None if level or if it was not seen."""
    if not changes or changes[-1].score.leader is None:
        return None
    winner = changes[-1].score.leader
    decisive = changes[0]
    for change, before in zip(reversed(changes), [*reversed(changes[:-1]), None], strict=True):
        decisive = change
        if before is None or before.score.leader is not winner:
            break
    return decisive if decisive.side is winner else None


def _before_and_after(changes: Sequence[Change]) -> tuple[Score, Score]:
    return (changes[-2].score if len(changes) > 1 else Score(), changes[-1].score)


def _deficit(score: Score, side: Side) -> int:
    return score.of(side.opponent) - score.of(side)


def _rush_details(window: Sequence[Change]) -> Details:
    first, last = window[0], window[-1]
    return {
        "count": len(window),
        "window_start_period": first.entry.match_event.period,
        "window_start_seconds": first.entry.match_event.clock_seconds,
        "window_end_period": last.entry.match_event.period,
        "window_end_seconds": last.entry.match_event.clock_seconds,
        "play_seconds": round(last.play_seconds - first.play_seconds, 3),
    }
