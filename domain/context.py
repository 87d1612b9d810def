"""The state of a match as the recommender sees it, with a version that only grows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from domain.context_columns import derive_columns
from domain.errors import InvalidFieldError
from domain.headline import next_headline
from domain.match import Match, Score
from domain.media_window import MediaWindow
from domain.moment import Moment, MomentType
from domain.registry import CONTEXT_REGISTRY, MATCH_PHASE
from domain.salience import SALIENCE
from domain.situation import Situation, phase_at
from domain.validation import Reader, read_text

BEFORE = (0, 0.0, 0)
NIL_NIL = Score()
REMEMBERED_MOMENTS = 500
REMEMBERED_VERSIONS = 10
"""Earlier versions that a context keeps, for viewers whose picture is behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchContext:
    """The state of a match after the moments merged so far.

    `sequence` is the highest number among those moments, and the state is the situation at that number.
    `order` is the position in play of that state; its third number is the rank of a moment without a number.
    `cause_id` is the moment that made this version, `headline` the moment that screens are about, `seen` the
    ids of the moments merged, `frozen` the components that an operator keeps off the screens. `earlier` are
    the versions before this one, oldest first, without their own `seen` and `earlier`.
    """

    match_id: str
    version: int
    columns: dict[str, str]
    score: Score = NIL_NIL
    phase: str = "before"
    home_sent_off: int = 0
    away_sent_off: int = 0
    order: tuple[int, float, int] = BEFORE
    sequence: int | None = None
    headline: Moment | None = None
    cause_id: str | None = None
    seen: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    earlier: tuple["MatchContext", ...] = ()

    @property
    def cell(self) -> str:
        """Return one key for this context, for caches and the popularity table."""
        return CONTEXT_REGISTRY.cell(self.columns)

    @property
    def is_calm(self) -> bool:
        """True if the columns say that nothing has happened: no headline, or one such as a lull."""
        return self.columns["MATCH_EVENT"] == "none"

    def media_window(self, match: Match) -> MediaWindow:
        """Return when this context's placements may be shown."""
        return MediaWindow.of(self.headline, match)

    def with_frozen(self, frozen: tuple[str, ...]) -> "MatchContext":
        """Return the next version, with exactly these components kept off the screens."""
        return replace(self, version=self.version + 1, frozen=frozen, earlier=self.trail())

    def repeated(self) -> "MatchContext":
        """Return the next version, with everything as it is: audiences' documents are written with it."""
        return replace(self, version=self.version + 1, earlier=self.trail())

    def without_headline(self, match: Match) -> "MatchContext":
        """Return the next version, without a headline; the state of the match stays."""
        changed = replace(self, version=self.version + 1, headline=None, earlier=self.trail())
        return changed.with_columns(match)

    def with_columns(self, match: Match) -> "MatchContext":
        """Return the same version with the columns that its state and headline give."""
        situation = Situation(
            score=self.score,
            home_sent_off=self.home_sent_off,
            away_sent_off=self.away_sent_off,
            phase=self.phase,
        )
        return replace(self, columns=derive_columns(situation, self.headline, match))

    def between_moments(self) -> "MatchContext":
        """Return the same state of the match without its headline, once that is no longer fresh."""
        return replace(self, headline=None, columns={**self.columns, "MATCH_EVENT": "none"})

    def trail(self) -> tuple["MatchContext", ...]:
        """Return the versions before the next one: the last ones and this."""
        return (*self.earlier, replace(self, seen=(), earlier=()))[-REMEMBERED_VERSIONS:]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-safe form; the inverse of `from_dict`."""
        return {
            "match_id": self.match_id,
            "version": self.version,
            "columns": dict(self.columns),
            "score": self.score.to_dict(),
            "phase": self.phase,
            "home_sent_off": self.home_sent_off,
            "away_sent_off": self.away_sent_off,
            "order": list(self.order),
            "sequence": self.sequence,
            "headline": self.headline.to_dict() if self.headline else None,
            "cause_id": self.cause_id,
            "seen": list(self.seen),
            "frozen": list(self.frozen),
            "earlier": [context.to_dict() for context in self.earlier],
        }

    @staticmethod
    def from_dict(value: object, path: str = "") -> "MatchContext":
        """Read a context; raises InvalidFieldError that names the first wrong field."""
        return _read(value, path, Moment.from_dict, CONTEXT_REGISTRY.validate, _read_earlier)

    @staticmethod
    def from_stored(value: object, path: str = "") -> "MatchContext":
        """Read a context from our own tables and queues, where a newer version may have written it.

        A column value that this version does not know is kept, a headline of an unknown type is left out.
        Raises InvalidFieldError for any other wrong field.
        """
        return _read(value, path, Moment.from_stored, CONTEXT_REGISTRY.keep_known, _read_earlier_stored)


def initial_context(match: Match) -> MatchContext:
    """Return version 0: the context of a match before its first moment."""
    return MatchContext(match_id=match.id, version=0, columns={}).with_columns(match)


def merge(context: MatchContext, match: Match, moments: Iterable[Moment]) -> MatchContext | None:
    """Return the next version after new moments, or None if they change nothing on a screen.

    Moments come in any order and more than once. The state of the match is that of the moment with the
    highest number. A moment merged before is ignored, and moments that come together make one version.
    """
    merged = _merge_all(context, match, moments)
    if merged.columns == context.columns and _shown(merged) == _shown(context):
        return None
    return replace(merged, version=context.version + 1, earlier=context.trail())


def remember(context: MatchContext, match: Match, moments: Iterable[Moment]) -> MatchContext | None:
    """Return the same version with moments merged that change nothing on a screen; None if none is newer.

    Without it an older moment that comes after them, or a moment that was retracted, would pass for news.
    """
    news = [moment for moment in moments if moment.id not in context.seen]
    merged = _merge_all(context, match, news)
    has_news = (
        merged.order > context.order
        or merged.sequence != context.sequence
        or any(moment.revision > 0 and moment.match_id == match.id for moment in news)
    )
    return merged if has_news else None


def _merge_all(context: MatchContext, match: Match, moments: Iterable[Moment]) -> MatchContext:
    merged = context
    for moment in sorted(moments, key=_merge_order):
        if moment.match_id == match.id and moment.id not in merged.seen:
            merged = _merge_one(merged, _with_team(moment, match))
    return merged if merged is context else merged.with_columns(match)


def _merge_one(context: MatchContext, moment: Moment) -> MatchContext:
    is_newer = _is_newer(context, moment)
    headline = next_headline(context.headline, moment, context.seen, is_newer=is_newer)
    merged = replace(context, seen=(*context.seen, moment.id)[-REMEMBERED_MOMENTS:], headline=headline)
    if is_newer:
        merged = _with_state(merged, moment)
    is_cause = is_newer or headline is not context.headline
    return replace(merged, cause_id=moment.id) if is_cause else merged


def _is_newer(context: MatchContext, moment: Moment) -> bool:
    """True if the moment carries a newer state than the context's.

    A moment without a number, of an operator or an older version, is compared by its position in play.
    """
    if moment.sequence is not None:
        return context.sequence is None or moment.sequence > context.sequence
    return not moment.is_retracted and _order(moment) >= context.order


def _with_state(context: MatchContext, moment: Moment) -> MatchContext:
    now = moment.situation
    if now is None:
        return replace(
            context,
            score=moment.score,
            home_sent_off=moment.home_sent_off,
            away_sent_off=moment.away_sent_off,
            phase=_phase_after(context.phase, moment),
            order=_order(moment),
            sequence=context.sequence if moment.sequence is None else moment.sequence,
        )
    return replace(
        context,
        score=now.score,
        home_sent_off=now.home_sent_off,
        away_sent_off=now.away_sent_off,
        phase=now.phase if now.phase in MATCH_PHASE.vocabulary else context.phase,
        order=(now.period, now.clock_seconds, 0),
        sequence=moment.sequence,
    )


def _with_team(moment: Moment, match: Match) -> Moment:
    """Return the moment with its team's name: detectors know sides, the match knows names."""
    return replace(moment, team=match.team(moment.side).name) if moment.side else moment


def _order(moment: Moment) -> tuple[int, float, int]:
    return (*moment.order, SALIENCE[moment.type].rank)


def _merge_order(moment: Moment) -> tuple[bool, int, int, float, int, str]:
    """Moments with numbers first, by number; then the others, by their position in play."""
    number = moment.sequence or 0
    return (moment.sequence is None, number, *_order(moment), moment.id)


def _shown(context: MatchContext) -> tuple[str | None, Score]:
    return (context.headline.id if context.headline else None, context.score)


def _phase_after(phase: str, moment: Moment) -> str:
    """Return the phase after a moment that carries no situation."""
    is_break = moment.type is MomentType.HALF_TIME or (phase == "half_time" and moment.period == 1)
    return phase_at(
        moment.period,
        moment.clock_seconds,
        is_break=is_break,
        is_finished=moment.type is MomentType.FULL_TIME,
    )


def _read(
    value: object,
    path: str,
    read_headline: Callable[[object, str], Moment | None],
    read_columns: Callable[[dict[str, Any], str], dict[str, str]],
    read_earlier: Callable[[object, str], MatchContext],
) -> MatchContext:
    reader = Reader(value, path)
    return MatchContext(
        match_id=reader.text("match_id"),
        version=reader.integer("version", minimum=0),
        columns=read_columns(reader.mapping("columns"), reader.path("columns")),
        score=reader.nested("score", Score.from_dict),
        phase=reader.text("phase"),
        home_sent_off=reader.integer("home_sent_off", minimum=0),
        away_sent_off=reader.integer("away_sent_off", minimum=0),
        order=_read_order(reader),
        sequence=reader.optional(reader.integer, "sequence", minimum=0),
        headline=reader.optional(reader.nested, "headline", read_headline),
        cause_id=reader.optional(reader.text, "cause_id"),
        seen=reader.items("seen", read_text),
        frozen=reader.items("frozen", read_text),
        earlier=reader.items("earlier", read_earlier),
    )


def _read_order(reader: Reader) -> tuple[int, float, int]:
    numbers = reader.items("order", lambda entry, at: Reader({at: entry}).number(at), maximum=3)
    if len(numbers) != len(BEFORE):
        raise InvalidFieldError(reader.path("order"), "three numbers", list(numbers))
    return (int(numbers[0]), numbers[1], int(numbers[2]))


def _read_earlier(value: object, path: str) -> MatchContext:
    return MatchContext.from_dict(_without_earlier(value, path), path)


def _read_earlier_stored(value: object, path: str) -> MatchContext:
    return MatchContext.from_stored(_without_earlier(value, path), path)


def _without_earlier(value: object, path: str) -> object:
    """Refuse an earlier version that has earlier ones itself: they are kept one level deep."""
    reader = Reader(value, path)
    reader.items("earlier", read_text, maximum=0)
    return value
