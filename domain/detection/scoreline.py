"""The scoreline: every change of the score that counts, in order of play, with the score after it."""

from dataclasses import dataclass

from domain.detection.entry import Entry
from domain.match import Score, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the score: a goal, or (`side` None) a score that the feed stated.

    `play_seconds` counts from kick-off through all periods, stoppage time included and breaks left out.
    """

    entry: Entry
    side: Side | None
    player: str | None
    play_seconds: float
    score: Score

    @property
    def is_goal(self) -> bool:
        """True if this is a goal, not a stated score."""
        return self.side is not None

    @property
    def counts_for_player(self) -> bool:
        """True if the goal counts for its scorer; own goals do not."""
        return self.is_goal and self.player is not None and not self.entry.match_event.own_goal


class Scoreline:
    """The changes of the score, in the order of play."""

    def __init__(self) -> None:
        self._changes: list[Change] = []

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the changes, oldest first."""
        return tuple(self._changes)

    @property
    def score(self) -> Score:
        """Return the score now."""
        return self._changes[-1].score if self._changes else Score()

    def add_goal(self, entry: Entry, play_seconds: float) -> Change:
        """Count a goal for the side that gains by it."""
        match_event, scorer_change = entry.match_event, entry.scorer_change
        assert match_event.side is not None, "MatchEvent.from_dict refuses a goal without a side"
        change = Change(
            entry=entry,
            side=match_event.side,
            player=scorer_change.match_event.player if scorer_change else match_event.player,
            play_seconds=play_seconds,
            score=self.score.plus(match_event.side),
        )
        self._changes.append(change)
        return change

    def state_score(self, entry: Entry, score: Score, play_seconds: float) -> Change:
        """Set the score that the feed stated, for goals that are missing from the feed."""
        change = Change(entry=entry, side=None, player=None, play_seconds=play_seconds, score=score)
        self._changes.append(change)
        return change
