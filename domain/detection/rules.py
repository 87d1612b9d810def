"""Detection rules as data: the moment to find, its window, its threshold and its cool-down."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from domain.errors import InvalidFieldError
from domain.moment import CROWD_MOMENTS, MomentType
from domain.validation import Reader, read_json

MINUTE = 60.0


class RuleKind(StrEnum):
    """How a rule finds its moment."""

    ENTRY = "entry"
    """An entry of the feed is the moment."""
    GOALS_IN_WINDOW = "goals_in_window"
    """`threshold` goals within `window_seconds` of play, and each goal that makes it more."""
    EQUALISER = "equaliser"
    """A goal that levels the score at or after `from_clock_seconds` of the match clock."""
    WINNER = "winner"
    """The goal at or after `from_clock_seconds` whose lead stood until the end."""
    COMEBACK = "comeback"
    """A goal that levels the score after a deficit of `threshold` goals."""
    GOALS_BY_PLAYER = "goals_by_player"
    """A player's goal number `threshold`, own goals and shoot-out kicks not counted."""
    LEAD_CHANGE = "lead_change"
    """A goal that gives the lead to the team that did not hold it last."""
    LEVEL_AT = "level_at"
    """The score is level when `left_seconds` of normal (or of extra) time are left."""
    TIME_LEFT = "time_left"
    """`left_seconds` of a period are left, without added time; it waits until the screen is free."""
    PRESSURE = "pressure"
    """A side begins to press, by the momentum of its entries; only if the screen is free."""
    LULL = "lull"
    """The screen has been calm for `window_seconds`."""


USES_TIME_LEFT = frozenset({RuleKind.LEVEL_AT, RuleKind.TIME_LEFT})
USES_THRESHOLD = frozenset({RuleKind.GOALS_IN_WINDOW, RuleKind.COMEBACK, RuleKind.GOALS_BY_PLAYER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; all seconds are seconds of play.

    A rule finds nothing for `cool_down_seconds` after it found a moment. `hysteresis` is how far the count
    must fall below the threshold before the rule finds a moment again without growth. A rule with
    `quiet_seconds` finds a moment only if it can take the screen and nothing changed there for so long; a
    moment of any other rule that cannot take the screen is published in the background. Below the rank
    MAJOR, a moment cannot take a screen that changed `most_changes` times in a quarter of an hour, lulls not
    counted; 0 is no limit.
    """

    kind: RuleKind
    moment: MomentType
    threshold: int = 1
    window_seconds: float = 0.0
    from_clock_seconds: float = 0.0
    left_seconds: float = 0.0
    cool_down_seconds: float = 0.0
    hysteresis: int = 1
    quiet_seconds: float = 0.0
    most_changes: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form; the inverse of `parse_rule`."""
        return {
            "kind": self.kind.value,
            "moment": self.moment.value,
            "threshold": self.threshold,
            "window_seconds": self.window_seconds,
            "from_clock_seconds": self.from_clock_seconds,
            "left_seconds": self.left_seconds,
            "cool_down_seconds": self.cool_down_seconds,
            "hysteresis": self.hysteresis,
            "quiet_seconds": self.quiet_seconds,
            "most_changes": self.most_changes,
        }


def parse_rule(value: object, path: str = "") -> Rule:
    """Read a rule; raises InvalidFieldError that names the first wrong or missing field."""
    reader = Reader(value, path)
    reader.refuse_others([field.name for field in fields(Rule)])
    kind = reader.choice("kind", RuleKind)
    moment = reader.choice("moment", MomentType)
    threshold = reader.integer("threshold", minimum=1, maximum=20) if reader.has("threshold") else 1
    rule = Rule(
        kind=kind,
        moment=moment,
        threshold=threshold,
        window_seconds=_seconds(reader, "window_seconds"),
        from_clock_seconds=_seconds(reader, "from_clock_seconds"),
        left_seconds=_seconds(reader, "left_seconds"),
        cool_down_seconds=_seconds(reader, "cool_down_seconds"),
        hysteresis=reader.integer("hysteresis", minimum=1, maximum=20) if reader.has("hysteresis") else 1,
        quiet_seconds=_seconds(reader, "quiet_seconds"),
        most_changes=reader.optional(reader.integer, "most_changes", minimum=0, maximum=100) or 0,
    )
    _check(rule, reader)
    return rule


def parse_rules(value: object, path: str = "rules") -> tuple[Rule, ...]:
    """Read a list of rules; two rules for one moment are an error, because their ids would be the same."""
    rules = Reader({path: value}).items(path, parse_rule, maximum=100)
    seen: set[MomentType] = set()
    for index, rule in enumerate(rules):
        if rule.moment in seen:
            raise InvalidFieldError(
                f"{path}[{index}].moment", "a moment that no other rule finds", rule.moment
            )
        seen.add(rule.moment)
    return rules


def rules_with_overrides(text: str, path: str = "detection.rules") -> tuple[Rule, ...]:
    """Return the default rules with those of a JSON list in their place; raises InvalidFieldError."""
    own = parse_rules(read_json(text, path), path)
    replaced = {rule.moment for rule in own}
    return (*(rule for rule in DEFAULT_RULES if rule.moment not in replaced), *own)


def _seconds(reader: Reader, name: str) -> float:
    return reader.number(name, minimum=0, maximum=10_000) if reader.has(name) else 0.0


def _check(rule: Rule, reader: Reader) -> None:
    if rule.kind in USES_THRESHOLD and not reader.has("threshold"):
        raise InvalidFieldError(reader.path("threshold"), f"a number of goals for {rule.kind.value}", None)
    if rule.kind is RuleKind.GOALS_IN_WINDOW and rule.window_seconds <= 0:
        raise InvalidFieldError(reader.path("window_seconds"), "more than 0 seconds", rule.window_seconds)
    if rule.kind in USES_TIME_LEFT and rule.left_seconds <= 0:
        raise InvalidFieldError(reader.path("left_seconds"), "more than 0 seconds", rule.left_seconds)
    if rule.kind is RuleKind.LULL and rule.window_seconds < MINUTE:
        raise InvalidFieldError(reader.path("window_seconds"), "at least 60 seconds", rule.window_seconds)
    if rule.hysteresis > rule.threshold:
        raise InvalidFieldError(
            reader.path("hysteresis"), f"at most the threshold, {rule.threshold}", rule.hysteresis
        )
    if rule.kind is not RuleKind.ENTRY and rule.moment in ENTRY_MOMENTS | CROWD_MOMENTS:
        expected = f"a moment for {rule.kind.value} that no entry and no count of posts makes"
        raise InvalidFieldError(reader.path("moment"), expected, rule.moment.value)
    if rule.kind is RuleKind.ENTRY and rule.moment not in ENTRY_MOMENTS:
        expected = "a moment that a feed entry can be: " + ", ".join(sorted(ENTRY_MOMENTS))
        raise InvalidFieldError(reader.path("moment"), expected, rule.moment.value)


WINDOW_MOMENTS = frozenset(
    {
        MomentType.BIG_CHANCE,
        MomentType.SHOT_ON_TARGET,
        MomentType.WOODWORK,
        MomentType.CORNER,
        MomentType.FREE_KICK,
        MomentType.STOPPAGE,
        MomentType.DRINKS_BREAK,
        MomentType.ADDED_TIME,
        MomentType.VAR_CHECK,
    }
)
"""Windows of opportunity between goals that an entry of the feed opens."""
ENTRY_MOMENTS = WINDOW_MOMENTS | frozenset(
    {
        MomentType.GOAL,
        MomentType.OWN_GOAL,
        MomentType.GOAL_DISALLOWED,
        MomentType.SCORE_CORRECTED,
        MomentType.PENALTY_AWARDED,
        MomentType.PENALTY_MISSED,
        MomentType.RED_CARD,
        MomentType.YELLOW_CARD,
        MomentType.SUBSTITUTION,
        MomentType.INJURY,
        MomentType.KICK_OFF,
        MomentType.HALF_TIME,
        MomentType.FULL_TIME,
        MomentType.EXTRA_TIME,
        MomentType.SHOOT_OUT,
        MomentType.SHOOT_OUT_KICK,
    }
)

LATE_FROM_SECONDS = 85 * MINUTE
"""A goal is late from here on: five minutes of normal time are left; all of extra time is later."""

_COOL_DOWN_SECONDS = {
    MomentType.INJURY: MINUTE,
    MomentType.BIG_CHANCE: 2 * MINUTE,
    MomentType.SHOT_ON_TARGET: 3 * MINUTE,
    MomentType.WOODWORK: 2 * MINUTE,
    MomentType.CORNER: 4 * MINUTE,
    MomentType.FREE_KICK: 4 * MINUTE,
    MomentType.STOPPAGE: 2 * MINUTE,
    MomentType.DRINKS_BREAK: 5 * MINUTE,
    MomentType.ADDED_TIME: 5 * MINUTE,
    MomentType.VAR_CHECK: MINUTE,
}
_QUIET_SECONDS = {
    MomentType.BIG_CHANCE: 20.0,
    MomentType.WOODWORK: 20.0,
    MomentType.SHOT_ON_TARGET: 2.5 * MINUTE,
    MomentType.CORNER: 2.5 * MINUTE,
    MomentType.FREE_KICK: 2.5 * MINUTE,
}

_MOST_CHANGES = {
    **dict.fromkeys((MomentType.SHOT_ON_TARGET, MomentType.CORNER, MomentType.FREE_KICK), 4),
    **dict.fromkeys(
        (
            MomentType.BIG_CHANCE,
            MomentType.WOODWORK,
            MomentType.SUBSTITUTION,
            MomentType.YELLOW_CARD,
            MomentType.INJURY,
            MomentType.STOPPAGE,
        ),
        6,
    ),
}

DEFAULT_RULES: tuple[Rule, ...] = (
    *(
        Rule(
            kind=RuleKind.ENTRY,
            moment=moment,
            cool_down_seconds=_COOL_DOWN_SECONDS.get(moment, 0.0),
            quiet_seconds=_QUIET_SECONDS.get(moment, 0.0),
            most_changes=_MOST_CHANGES.get(moment, 0),
        )
        for moment in sorted(ENTRY_MOMENTS)
    ),
    Rule(
        kind=RuleKind.GOALS_IN_WINDOW,
        moment=MomentType.GOAL_RUSH,
        threshold=3,
        window_seconds=10 * MINUTE,
        hysteresis=2,
    ),
    Rule(kind=RuleKind.EQUALISER, moment=MomentType.EQUALISER),
    Rule(kind=RuleKind.EQUALISER, moment=MomentType.LATE_EQUALISER, from_clock_seconds=LATE_FROM_SECONDS),
    Rule(kind=RuleKind.WINNER, moment=MomentType.LATE_WINNER, from_clock_seconds=LATE_FROM_SECONDS),
    Rule(kind=RuleKind.COMEBACK, moment=MomentType.COMEBACK, threshold=2),
    Rule(kind=RuleKind.GOALS_BY_PLAYER, moment=MomentType.HAT_TRICK, threshold=3),
    Rule(kind=RuleKind.LEAD_CHANGE, moment=MomentType.LEAD_CHANGE),
    Rule(kind=RuleKind.LEVEL_AT, moment=MomentType.LEVEL_LATE, left_seconds=5 * MINUTE),
    Rule(kind=RuleKind.TIME_LEFT, moment=MomentType.LAST_MINUTES, left_seconds=3 * MINUTE),
    Rule(
        kind=RuleKind.PRESSURE,
        moment=MomentType.PRESSURE,
        cool_down_seconds=8 * MINUTE,
        quiet_seconds=2.5 * MINUTE,
        most_changes=4,
    ),
    Rule(kind=RuleKind.LULL, moment=MomentType.LULL, window_seconds=4.5 * MINUTE),
)
