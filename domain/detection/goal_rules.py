"""Rules for goals: each looks at the changes of the score, the last of which is a goal."""

from collections.abc import Sequence

from domain.detection.rules import Rule
from domain.detection.scoreline import Change
from domain.match import Score, Side
from domain.match_clock import PERIOD_START_SECONDS
from domain.match_event import FIRST_PERIOD

Details = dict[str, str | int | float | bool]


def is_late(change: Change, from_clock_seconds: float) -> bool:
    """True if a goal fell at or after a time of the match clock; first-half stoppage time is never late."""
    match_event = change.entry.match_event
    if match_event.period == FIRST_PERIOD:
        return from_clock_seconds <= 0
    return PERIOD_START_SECONDS[match_event.period] + match_event.clock_seconds >= from_clock_seconds


def effect_of(changes: Sequence[Change]) -> str:
    """Return what the last goal did to the score, in one word for the context and the components."""
    before, after = _before_and_after(changes)
    if after.leader is None:
        return "equalises"
    if before.leader is None:
        return "takes_lead"
    return "extends_lead" if changes[-1].side is after.leader else "reduces_deficit"


def goal_rush(rule: Rule, changes: Sequence[Change]) -> Details | None:
    """Find goals within a window of play: a rush, and each further goal of it.

    A rush continues until the window has no more than `threshold - hysteresis` goals: a chain of goals, each
    within the window of the last, is one rush.
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
    """Find a goal that levels the score, late enough for the rule."""
    _, after = _before_and_after(changes)
    if after.leader is None and is_late(changes[-1], rule.from_clock_seconds):
        return {"goals_each": after.home}
    return None


def comes_back(rule: Rule, changes: Sequence[Change]) -> Details | None:
    """Find a goal that levels the score after the side was `threshold` goals behind."""
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
    """Find a goal that gives the lead to the side that was not the last to hold it."""
    before, after = _before_and_after(changes)
    if after.leader is None or before.leader is not None:
        return None
    leaders = [change.score.leader for change in changes[:-1] if change.score.leader is not None]
    return {} if leaders and leaders[-1] is not after.leader else None


def goals_by_player(rule: Rule, changes: Sequence[Change], of: Change) -> Details | None:
    """Find the goal that is the scorer's number `threshold`."""
    if not of.counts_for_player:
        return None
    goals = sum(
        1
        for change in changes
        if change.counts_for_player and (change.side, change.player) == (of.side, of.player)
    )
    return {"goals": goals} if goals == rule.threshold else None


def lasting_winner(changes: Sequence[Change]) -> Change | None:
    """Return the goal that gave the winner the final lead; None if there is none, or it was not seen."""
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
