"""The score as it stands: every goal that counts, in order of play, with the score after it."""

from dataclasses import dataclass, replace
from itertools import pairwise

from domain.detection.entry import Entry
from domain.match import Score, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the score that stands: a goal, or (`side` None) a score that the feed stated.

    `play_seconds` counts from kick-off through all periods, stoppage time included and breaks left out.
    """

    entry: Entry
    side: Side | None
    player: str | None
    play_seconds: float
    score: Score

    @property
    def is_goal(self) -> bool:
        """Whether a goal was seen, and not only a score stated."""
        return self.side is not None

    @property
    def counts_for_player(self) -> bool:
        """Whether the goal counts for its scorer: own goals do not."""
        return self.is_goal and self.player is not None and not self.entry.match_event.own_goal


class Scoreline:
    """The changes of the score that count, in the order of play."""

    def __init__(self) -> None:
        self._changes: list[Change] = []

    @property
    def changes(self) -> tuple[Change, ...]:
        """What stands now, oldest first."""
        return tuple(self._changes)

    @property
    def score(self) -> Score:
        """The score now."""
        return self._changes[-1].score if self._changes else Score()

    def add_goal(self, entry: Entry, play_seconds: float) -> Change:
        """Count a goal for the side that gains by it."""
        match_event = entry.match_event
        assert match_event.side is not None, "MatchEvent.from_dict refuses a goal without a side"
        change = Change(
            entry=entry,
            side=match_event.side,
            player=match_event.player,
            play_seconds=play_seconds,
            score=self.score.plus(match_event.side),
        )
        self._changes.append(change)
        return change

    def state_score(self, entry: Entry, score: Score, play_seconds: float) -> Change:
        """Take the score from the feed's own statement, whatever entries went missing."""
        change = Change(entry=entry, side=None, player=None, play_seconds=play_seconds, score=score)
        self._changes.append(change)
        return change

    def find_goal(self, related_id: str) -> int | None:
        """Where the goal stands that a correction is about, by the id of its entry or of its signal."""
        for index, change in enumerate(self._changes):
            if change.is_goal and related_id in (change.entry.match_event.id, change.entry.signal_id):
                return index
        return None

    def take_back(self, index: int) -> Change:
        """Take a goal back; every later score is one less for the side that had gained.

        A stated score that had fewer goals for that side than were counted knew of it already, and stands.
        """
        cancelled = self._changes[index]
        side = cancelled.side
        assert side is not None, "only goals are taken back"
        kept = self._changes[:index]
        for before, later in pairwise(self._changes[index:]):
            if not later.is_goal and later.score.of(side) < before.score.of(side):
                break
            less = max(later.score.of(side) - 1, 0) - later.score.of(side)
            kept.append(replace(later, score=later.score.plus(side, less)))
        self._changes = kept + self._changes[len(kept) + 1 :]
        return cancelled

    def give_to(self, index: int, player: str) -> Change:
        """Give a goal to another scorer."""
        self._changes[index] = replace(self._changes[index], player=player)
        return self._changes[index]
