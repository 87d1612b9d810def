"""The circumstances in which a viewer sees a component: what a taste may depend on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.match import Score, Side
from domain.match_facts import CALM, MatchFacts
from domain.salience import SALIENCE


class TasteSide(StrEnum):
    """What the viewer's favourite team must be in the match or its latest moment."""

    ACTING = "acting"
    """The team that the moment is about: it scored, attacks, or had a player booked."""
    FACING = "facing"
    """The opponent of that team."""
    LEADING = "leading"
    TRAILING = "trailing"
    NEUTRAL = "neutral"
    """Neither of the two teams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """The moment's word and team, the phase and the leading team; teams are given by name."""

    teams: tuple[str, str]
    event: str
    phase: str
    acting: str | None
    leading: str | None

    @staticmethod
    def of_facts(facts: MatchFacts) -> "Circumstances":
        """Return the circumstances of a match at one version of its context."""
        headline = facts.headline
        return Circumstances(
            teams=(facts.match.home.name, facts.match.away.name),
            event=SALIENCE[headline.type].word if headline else CALM,
            phase=facts.phase,
            acting=facts.match.team(headline.side).name if headline and headline.side else None,
            leading=facts.match.team(facts.score.leader).name if facts.score.leader else None,
        )

    @staticmethod
    def of_message(message: Mapping[str, Any], teams: tuple[str, str]) -> "Circumstances":
        """Return the circumstances that a `components` message describes, of a match of home and away."""
        moment, columns = message.get("moment") or {}, message["columns"]
        leader = Score(home=message["score"][0], away=message["score"][1]).leader
        return Circumstances(
            teams=teams,
            event=columns["MATCH_EVENT"],
            phase=columns["MATCH_PHASE"],
            acting=moment.get("team"),
            leading=teams[0 if leader is Side.HOME else 1] if leader else None,
        )

    def puts(self, favourite_team: str, side: TasteSide) -> bool:
        """True if the circumstances put a viewer with this favourite team on this side."""
        if favourite_team not in self.teams:
            return side is TasteSide.NEUTRAL
        match side:
            case TasteSide.ACTING:
                return favourite_team == self.acting
            case TasteSide.FACING:
                return self.acting is not None and favourite_team != self.acting
            case TasteSide.LEADING:
                return favourite_team == self.leading
            case TasteSide.TRAILING:
                return self.leading is not None and favourite_team != self.leading
            case TasteSide.NEUTRAL:
                return False
