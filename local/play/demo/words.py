"""The demo's sentences: moments, and why components are on a screen."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.choice import DOES_NOT_FIT
from domain.match import Match
from domain.moment import Moment, MomentType
from domain.placement import Rung
from local.play.replay.persona_screen import ScreenKind, Shown

PHRASES = {
    MomentType.GOAL: "{team} scored",
    MomentType.OWN_GOAL: "an own goal for {team}",
    MomentType.GOAL_DISALLOWED: "a goal was disallowed",
    MomentType.SCORE_CORRECTED: "the score was corrected",
    MomentType.RED_CARD: "a red card for {team}",
    MomentType.YELLOW_CARD: "a yellow card for {team}",
    MomentType.SUBSTITUTION: "{team} changed a player",
    MomentType.BIG_CHANCE: "{team} had a big chance",
    MomentType.SHOT_ON_TARGET: "{team} had a shot on target",
    MomentType.WOODWORK: "{team} hit the woodwork",
    MomentType.CORNER: "{team} has a corner",
    MomentType.FREE_KICK: "{team} has a free kick",
    MomentType.PRESSURE: "{team} presses",
    MomentType.PENALTY_AWARDED: "{team} has a penalty",
    MomentType.PENALTY_MISSED: "{team} missed a penalty",
    MomentType.KICK_OFF: "kick-off",
    MomentType.HALF_TIME: "half-time",
    MomentType.FULL_TIME: "full time",
    MomentType.EXTRA_TIME: "extra time",
    MomentType.SHOOT_OUT: "the penalty shoot-out",
    MomentType.SHOOT_OUT_KICK: "{team} took a penalty of the shoot-out",
    MomentType.GOAL_RUSH: "the goals are coming fast",
    MomentType.EQUALISER: "{team} equalised",
    MomentType.LATE_EQUALISER: "{team} equalised late",
    MomentType.LATE_WINNER: "{team} took the lead late",
    MomentType.COMEBACK: "{team} came back",
    MomentType.HAT_TRICK: "a hat-trick for {team}",
    MomentType.LEAD_CHANGE: "{team} took the lead",
    MomentType.LULL: "a quiet spell",
    MomentType.INJURY: "an injury",
    MomentType.VAR_CHECK: "the video referee is checking",
    MomentType.STOPPAGE: "play is stopped",
    MomentType.DRINKS_BREAK: "a drinks break",
    MomentType.ADDED_TIME: "added time",
    MomentType.LAST_MINUTES: "the last minutes",
    MomentType.LEVEL_LATE: "level with little time left",
    MomentType.MENTION_SPIKE: "the crowd talks of {team}",
    MomentType.SENTIMENT_SWING: "the mood turns among the fans of {team}",
}
"""What happened, of each type; a moment of no team is of `a team`."""
SOURCES = {
    Rung.VIEWER: "ranked for this viewer",
    Rung.COHORT: "ranked for viewers like this one",
    Rung.POPULARITY: "popular in moments like this",
    Rung.EDITORIAL: "the editors' choice",
    Rung.KEEP: "as before",
}
_PUT = str.maketrans("_", " ")


def moment_words(moment: Moment, match: Match) -> str:
    """Return a moment in words, such as `Italy scored (Ciro Immobile)`."""
    team = match.team(moment.side).name if moment.side else ""
    words = phrase(moment.type.value, team)
    return f"{words} ({moment.player})" if moment.player else words


def title_of(placement: Mapping[str, Any]) -> str:
    """Return the title of a component, as people read it."""
    return str(placement.get("title") or placement["componentId"].translate(_PUT).replace("-", " "))


def occasion(shown: Shown) -> str:
    """Return what the screen is about, such as `Italy scored`."""
    moment = shown.message.get("moment")
    if shown.kind is not ScreenKind.MOMENT or not moment:
        return "nothing new happens"
    return phrase(moment["type"], moment.get("team"))


def sources(placements: Iterable[Mapping[str, Any]]) -> str:
    """Return where components come from, and the rules that kept others off, each once.

    That a component fits other moments only is no rule, and is left out as in the app.
    """
    placements = list(placements)
    named = dict.fromkeys(SOURCES[Rung(each["rung"])] for each in placements)
    refused = dict.fromkeys(
        rule for each in placements for rule in each["constraints"] if rule != DOES_NOT_FIT
    )
    rules = ", ".join(refused).translate(_PUT).replace("-", " ")
    return ", ".join(named) + (f"; others did not pass: {rules}" if refused else "")


def phrase(moment_type: str, team: str | None) -> str:
    """Return what happened, in words."""
    return PHRASES[MomentType(moment_type)].format(team=team or "a team")
