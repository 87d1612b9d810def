"""The state of a match as the recommender may see it, with a version that only grows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.errors import InvalidFieldError
from domain.match import Match, Score
from domain.moment import Moment, MomentType
from domain.registry import CONTEXT_REGISTRY
from domain.salience import HOLD_SECONDS, SALIENCE
from domain.validation import Reader, format_instant, read_text

BEFORE = (0, 0.0, 0)
NIL_NIL = Score()
OPERATOR = "operator"
"""The source, in a moment's details, of what an operator has said: it takes the screen whatever its rank."""
REMEMBERED_MOMENTS = 500
REMEMBERED_VERSIONS = 10
"""About as many minutes of a lively match: what a viewer who was away may still have to be shown."""
LAST_FIVE_MINUTES_FROM_SECONDS = 40 * 60.0
"""Five minutes of regular time left: 40 minutes into the second half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaWindow:
    """When placements may be on a screen, in the programme's own time (programme date time of the stream)."""

    not_before: datetime
    valid_until: datetime
    media_time: datetime | None = None

    def to_dict(self) -> dict[str, str | None]:
        """The `media` object of a `components` message."""
        return {
            "time": format_instant(self.media_time) if self.media_time else None,
            "notBefore": format_instant(self.not_before),
            "validUntil": format_instant(self.valid_until),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchContext:
    """The state of a match after the moments merged so far.

    `order` is the position in play (and the rank) of the newest state, `cause_id` the moment that made this
    version, `headline` the moment that the screen is about, `seen` the ids of moments already merged,
    `frozen` the components that an operator keeps off the screens. `earlier` are the versions before it,
    oldest first, each without its own `seen` and `earlier`.
    """

    match_id: str
    version: int
    columns: dict[str, str]
    score: Score = NIL_NIL
    phase: str = "before"
    home_sent_off: int = 0
    away_sent_off: int = 0
    order: tuple[int, float, int] = BEFORE
    headline: Moment | None = None
    cause_id: str | None = None
    seen: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    earlier: tuple["MatchContext", ...] = ()

    @property
    def cell(self) -> str:
        """One key for this context, for caches and the popularity table."""
        return CONTEXT_REGISTRY.cell(self.columns)

    def media_window(self, match: Match) -> MediaWindow:
        """When this context's placements may be shown: from its moment on, for as long as it stays fresh.

        Without a moment the window opens a day before kick-off, so that a viewer who is early sees something.
        """
        if self.headline is None:
            return MediaWindow(
                not_before=match.kick_off - timedelta(days=1), valid_until=match.kick_off + timedelta(hours=4)
            )
        opens = self.headline.media_time or self.headline.occurred_at
        lasts = timedelta(seconds=SALIENCE[self.headline.type].valid_seconds)
        return MediaWindow(not_before=opens, valid_until=opens + lasts, media_time=self.headline.media_time)

    def with_frozen(self, frozen: tuple[str, ...]) -> "MatchContext":
        """The next version, with exactly these components kept off the screens."""
        return replace(self, version=self.version + 1, frozen=frozen, earlier=self.trail())

    def without_headline(self, match: Match) -> "MatchContext":
        """The next version, about no moment; the state of the match stays."""
        changed = replace(self, version=self.version + 1, headline=None, earlier=self.trail())
        return replace(changed, columns=derive_columns(changed, match))

    def between_moments(self) -> "MatchContext":
        """The same state of the match once the headline is old news."""
        return replace(self, headline=None, columns={**self.columns, "MATCH_EVENT": "none"})

    def trail(self) -> tuple["MatchContext", ...]:
        """This version and those before it, as the next version remembers them."""
        return (*self.earlier, replace(self, seen=(), earlier=()))[-REMEMBERED_VERSIONS:]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form; the inverse of `from_dict`."""
        return {
            "match_id": self.match_id,
            "version": self.version,
            "columns": dict(self.columns),
            "score": self.score.to_dict(),
            "phase": self.phase,
            "home_sent_off": self.home_sent_off,
            "away_sent_off": self.away_sent_off,
            "order": list(self.order),
            "headline": self.headline.to_dict() if self.headline else None,
            "cause_id": self.cause_id,
            "seen": list(self.seen),
            "frozen": list(self.frozen),
            "earlier": [context.to_dict() for context in self.earlier],
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "MatchContext":
        """Read a context; raises InvalidFieldError that names the first wrong field."""
        reader = Reader(value, path)
        if len(reader.raw("order", "three numbers")) != len(BEFORE):
            raise InvalidFieldError(reader.path("order"), "three numbers", reader.raw("order"))
        order = reader.items("order", lambda entry, at: Reader({at: entry}).number(at), maximum=3)
        return MatchContext(
            match_id=reader.text("match_id"),
            version=reader.integer("version", minimum=0),
            columns=CONTEXT_REGISTRY.validate(reader.mapping("columns"), reader.path("columns")),
            score=reader.nested("score", Score.from_dict),
            phase=reader.text("phase"),
            home_sent_off=reader.integer("home_sent_off", minimum=0),
            away_sent_off=reader.integer("away_sent_off", minimum=0),
            order=(int(order[0]), order[1], int(order[2])),
            headline=reader.nested("headline", Moment.from_dict) if reader.has("headline") else None,
            cause_id=reader.text("cause_id") if reader.has("cause_id") else None,
            seen=reader.items("seen", read_text),
            frozen=reader.items("frozen", read_text),
            earlier=reader.items("earlier", MatchContext.from_dict),
        )


def initial_context(match: Match) -> MatchContext:
    """Version 0: the context of a match before its first moment."""
    empty = MatchContext(match_id=match.id, version=0, columns={})
    return replace(empty, columns=derive_columns(empty, match))


def merge(context: MatchContext, match: Match, moments: Iterable[Moment]) -> MatchContext | None:
    """The next version after new moments, or None if they change nothing.

    Moments come in any order and more than once: one already merged is ignored, one older than the state
    changes nothing that is newer, and several that belong together make one version.
    """
    merged = _merged(context, match, moments)
    if merged.columns == context.columns and _shown(merged) == _shown(context):
        return None
    return replace(merged, version=context.version + 1, earlier=context.trail())


def remember(context: MatchContext, match: Match, moments: Iterable[Moment]) -> MatchContext | None:
    """The same version, aware of newer moments that change nothing on a screen; None if there are none.

    Without it an older moment that comes after them (a goal, since disallowed) would pass for the newest.
    """
    merged = _merged(context, match, moments)
    return merged if merged.order > context.order else None


def _merged(context: MatchContext, match: Match, moments: Iterable[Moment]) -> MatchContext:
    merged = context
    for moment in sorted(moments, key=_play_order):
        if moment.match_id == match.id and moment.id not in merged.seen:
            merged = _merge_one(merged, _named(moment, match))
    return merged if merged is context else replace(merged, columns=derive_columns(merged, match))


def derive_columns(context: MatchContext, match: Match) -> dict[str, str]:
    """The registry's columns for a state of a match."""
    venue = "neutral_ground" if match.venue.neutral else "home_ground"
    return {
        "MATCH_EVENT": SALIENCE[context.headline.type].word if context.headline else "none",
        "SCORE_DIFFERENCE": _score_difference(context.score),
        "MATCH_PHASE": context.phase,
        "TEAM_COMPOSITION": _team_composition(context.home_sent_off, context.away_sent_off),
        "OCCASION": f"{match.stage.value}@{venue}",
    }


def _named(moment: Moment, match: Match) -> Moment:
    """The moment with its team's name: the detectors know sides, the match knows names."""
    return replace(moment, team=match.team(moment.side).name) if moment.side else moment


def _merge_one(context: MatchContext, moment: Moment) -> MatchContext:
    seen = (*context.seen, moment.id)[-REMEMBERED_MOMENTS:]
    order = (*moment.order, SALIENCE[moment.type].rank)
    if order < context.order or moment.details.get("retracted"):
        return replace(context, seen=seen)
    return replace(
        context,
        seen=seen,
        score=moment.score,
        home_sent_off=moment.home_sent_off,
        away_sent_off=moment.away_sent_off,
        phase=_phase(context.phase, moment),
        order=order,
        headline=moment if _takes_headline(moment, context.headline) else context.headline,
        cause_id=moment.id,
    )


def _takes_headline(moment: Moment, headline: Moment | None) -> bool:
    if headline is None or moment.period != headline.period or moment.details.get("source") == OPERATOR:
        return True
    rank, held = SALIENCE[moment.type].rank, SALIENCE[headline.type].rank
    if moment.order == headline.order:
        return (rank, moment.id) > (held, headline.id)
    return rank >= held or moment.clock_seconds - headline.clock_seconds >= HOLD_SECONDS


def _play_order(moment: Moment) -> tuple[int, float, int, str]:
    return (*moment.order, SALIENCE[moment.type].rank, moment.id)


def _shown(context: MatchContext) -> tuple[str | None, Score]:
    return (context.headline.id if context.headline else None, context.score)


def _phase(phase: str, moment: Moment) -> str:
    if moment.type is MomentType.FULL_TIME:
        return "finished"
    if moment.type is MomentType.HALF_TIME:
        return "half_time"
    if moment.type in (MomentType.SHOOT_OUT, MomentType.SHOOT_OUT_KICK) or moment.period == 5:
        return "shoot_out"
    if moment.type is MomentType.EXTRA_TIME or moment.period in (3, 4):
        return "extra_time"
    if phase == "half_time" and moment.period == 1:
        return phase
    if moment.period == 1:
        return "first_half"
    return "last_five_minutes" if moment.clock_seconds >= LAST_FIVE_MINUTES_FROM_SECONDS else "second_half"


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
