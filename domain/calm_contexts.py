"""The contexts of calm play that a match is in, or may be in next: their screens can be ranked ahead."""

from dataclasses import replace

from domain.context import MatchContext
from domain.match import Match, Stage

NEXT_PHASE = {
    "before": "first_half",
    "first_half": "half_time",
    "half_time": "second_half",
    "second_half": "last_five_minutes",
}
"""The phase after each; what follows the last minutes depends on the score and the stage."""
IN_PLAY = ("first_half", "second_half", "last_five_minutes", "extra_time")
GOES_TO_EXTRA_TIME = (Stage.KNOCKOUT, Stage.FINAL)


def calm_contexts(context: MatchContext, match: Match) -> list[MatchContext]:
    """Return the calm context of this state, then those one phase, goal or red card away, each cell once."""
    now = context.between_moments()
    following = [replace(now, phase=phase) for phase in _next_phases(context, match)]
    if context.phase in IN_PLAY:
        home, away = context.score.home, context.score.away
        following += [
            replace(now, score=replace(context.score, home=home + 1)),
            replace(now, score=replace(context.score, away=away + 1)),
            replace(now, home_sent_off=context.home_sent_off + 1),
            replace(now, away_sent_off=context.away_sent_off + 1),
        ]
    contexts = [now, *(each.with_columns(match) for each in following)]
    return list({each.cell: each for each in reversed(contexts)}.values())[::-1]


def _next_phases(context: MatchContext, match: Match) -> list[str]:
    if context.phase in NEXT_PHASE:
        return [NEXT_PHASE[context.phase]]
    is_level = context.score.difference == 0
    can_continue = is_level and match.stage in GOES_TO_EXTRA_TIME
    return ["extra_time"] if context.phase == "last_five_minutes" and can_continue else []
