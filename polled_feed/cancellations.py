"""What video reviews took away: entries that a document still lists, and goals that it lists no more."""

from collections.abc import Iterable, Sequence

from domain.match import Score
from domain.match_event import MatchEventType
from polled_feed.known_entry import KnownEntry
from polled_feed.snapshot import Cancellation, PolledEntry

REVIEWED_WITHIN_SECONDS = 600.0


def without_cancelled(
    entries: Sequence[PolledEntry], cancellations: Sequence[Cancellation], score: Score | None
) -> list[PolledEntry]:
    """Return the entries without those that a review took away.

    A goal that the score counts stands: the review was of another one, which the document lists no more.
    """
    left = list(entries)
    for cancellation in cancellations:
        listed = [
            each for each in left if _concerns(cancellation, each.type, each.period, each.clock_seconds)
        ]
        listed = [each for each in listed if each.side is cancellation.side]
        if cancellation.type is MatchEventType.GOAL and score is not None:
            goals = sum(each.type is MatchEventType.GOAL and each.side is cancellation.side for each in left)
            if goals <= score.of(cancellation.side):
                continue
        if listed:
            left.remove(max(listed, key=lambda each: (each.period, each.clock_seconds)))
    return left


def disallowed_goals(
    withdrawn: Iterable[KnownEntry], cancellations: Sequence[Cancellation]
) -> dict[str, Cancellation]:
    """Return the review of each withdrawn goal that was disallowed, by the id of the goal."""
    goals = [each for each in withdrawn if each.match_event.type is MatchEventType.GOAL]
    found: dict[str, Cancellation] = {}
    for cancellation in cancellations:
        candidates = [
            goal
            for goal in goals
            if goal.id not in found
            and goal.match_event.side is cancellation.side
            and _concerns(
                cancellation, MatchEventType.GOAL, goal.match_event.period, goal.match_event.clock_seconds
            )
        ]
        if candidates:
            found[max(candidates, key=lambda each: each.match_event.order).id] = cancellation
    return found


def _concerns(cancellation: Cancellation, kind: MatchEventType, period: int, clock_seconds: float) -> bool:
    return (
        cancellation.type is kind
        and cancellation.period == period
        and 0 <= cancellation.clock_seconds - clock_seconds <= REVIEWED_WITHIN_SECONDS
    )
