"""What is known of a match when components are chosen: the facts that a fit is compared with."""

import functools
from dataclasses import dataclass

from domain.cohort import Cohort
from domain.context import MatchContext
from domain.match import Match, Score, Side
from domain.match_clock import PERIOD_START_SECONDS
from domain.moment import Moment
from domain.salience import SALIENCE

CALM = "none"
"""The word for a context without a headline, as in the column `MATCH_EVENT`."""


@dataclass(frozen=True, kw_only=True)
class MatchFacts:
    """The facts of one context version; `minute` is the match clock's when the version was made.

    Keep one instance for many choices: what follows from the facts is computed once.
    """

    match: Match
    phase: str
    score: Score
    headline: Moment | None
    minute: int

    @staticmethod
    def of(context: MatchContext, match: Match) -> "MatchFacts":
        """Return the facts of a context."""
        period, clock_seconds, _ = context.order
        start = PERIOD_START_SECONDS.get(period, 0.0)
        return MatchFacts(
            match=match,
            phase=context.phase,
            score=context.score,
            headline=context.headline,
            minute=int((start + clock_seconds) // 60),
        )

    @functools.cached_property
    def is_calm(self) -> bool:
        """True if no moment is the headline, or one whose word in the context is that of calm play."""
        return self.headline is None or SALIENCE[self.headline.type].word == CALM

    @functools.cached_property
    def margin(self) -> str:
        """Return `level`, `one_goal` or `two_or_more`."""
        return ("level", "one_goal", "two_or_more")[min(abs(self.score.difference), 2)]

    def side_of(self, cohort: Cohort) -> Side | None:
        """Return the side that a cohort supports; None unless its favourite team is one of the two."""
        sides = [side for side in Side if cohort.favourite_team == self.match.team(side).name]
        return sides[0] if len(sides) == 1 else None
