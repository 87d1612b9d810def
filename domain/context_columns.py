"""The columns of the context registry for the state of a match."""

from domain.match import Match, Score
from domain.moment import Moment
from domain.salience import SALIENCE
from domain.situation import Situation


def derive_columns(situation: Situation, headline: Moment | None, match: Match) -> dict[str, str]:
    """Return the value of each column of the registry."""
    venue = "neutral_ground" if match.venue.neutral else "home_ground"
    return {
        "MATCH_EVENT": SALIENCE[headline.type].word if headline else "none",
        "SCORE_DIFFERENCE": _score_difference(situation.score),
        "MATCH_PHASE": situation.phase,
        "TEAM_COMPOSITION": _team_composition(situation.home_sent_off, situation.away_sent_off),
        "OCCASION": f"{match.stage.value}@{venue}",
    }


def _score_difference(score: Score) -> str:
    if score.difference == 0:
        return "level"
    side = "home" if score.difference > 0 else "away"
    return f"{side}_by_one" if abs(score.difference) == 1 else f"{side}_by_two_or_more"


def _team_composition(home_sent_off: int, away_sent_off: int) -> str:
    if home_sent_off and away_sent_off:
        return "both_short"
    if home_sent_off:
        return "home_short"
    return "away_short" if away_sent_off else "even"
