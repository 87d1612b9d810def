"""Fit: when a component makes sense, as data of the catalogue."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.cohort import Cohort
from domain.errors import InvalidFieldError
from domain.match import Side, Stage
from domain.match_facts import CALM, MatchFacts
from domain.moment import MomentType
from domain.registry import MATCH_PHASE
from domain.subject import GOAL_MOMENTS, SubjectRole, find_subject
from domain.validation import Reader, read_text


class ViewerSide(StrEnum):
    """What the viewer's favourite team must be in the match, its latest goal or its score."""

    ANY = "any"
    SUPPORTER = "supporter"
    """One of the two teams."""
    HOME = "home"
    AWAY = "away"
    SCORING = "scoring"
    """The team that gains by the goal which is the headline."""
    CONCEDING = "conceding"
    LEADING = "leading"
    TRAILING = "trailing"


MARGINS = ("level", "one_goal", "two_or_more")
VOCABULARIES: Mapping[str, tuple[str, ...]] = {
    "phases": MATCH_PHASE.vocabulary,
    "moments": (CALM, *MomentType),
    "stages": tuple(Stage),
    "score": MARGINS,
}
"""The words of each condition that is a list: one of them must hold."""
LAST_MINUTE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """When a component makes sense; every condition must hold, and an absent one always does.

    Conditions fail closed. A viewer without a favourite team among the two satisfies no `side` but `any`, and
    a `subject` that cannot be resolved is absent. `minute` is the first minute of the match clock. Words are
    kept as they are: one that this version does not know never holds, nor does a fit with an unknown
    condition (`is_known` is false).
    """

    phases: frozenset[str] = field(default=frozenset())
    moments: frozenset[str] = field(default=frozenset())
    stages: frozenset[str] = field(default=frozenset())
    score: frozenset[str] = field(default=frozenset())
    side: str = ViewerSide.ANY
    subject: str | None = None
    from_minute: int = 0
    is_known: bool = True

    def holds(self, facts: MatchFacts, cohort: Cohort) -> bool:
        """True if the component makes sense for viewers of this cohort now."""
        return (
            self.is_known
            and _allows(self.phases, facts.phase)
            and self._allows_moment(facts)
            and _allows(self.stages, facts.match.stage)
            and _allows(self.score, facts.margin)
            and facts.minute >= self.from_minute
            and self._allows_side(facts, cohort)
            and (self.subject is None or find_subject(self.subject, facts) is not None)
        )

    def _allows_moment(self, facts: MatchFacts) -> bool:
        if facts.is_calm and CALM in self.moments:
            return True
        return not self.moments or (facts.headline is not None and facts.headline.type in self.moments)

    def _allows_side(self, facts: MatchFacts, cohort: Cohort) -> bool:
        if self.side == ViewerSide.ANY:
            return True
        supported = facts.side_of(cohort)
        return supported is not None and self.side in _SIDES and _SIDES[self.side](facts, supported)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form without absent conditions; the inverse of `from_dict`."""
        fields: dict[str, Any] = {name: sorted(getattr(self, name)) or None for name in VOCABULARIES}
        fields["side"] = None if self.side == ViewerSide.ANY else str(self.side)
        fields["subject"] = self.subject
        fields["from_minute"] = self.from_minute or None
        return {name: value for name, value in fields.items() if value is not None}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Fit":
        """Read a fit to publish; raises InvalidFieldError also for unknown conditions and words."""
        reader = Reader(value, path)
        reader.refuse_others(CONDITIONS)
        fit = Fit.from_stored(value, path)
        for name, vocabulary in VOCABULARIES.items():
            _require_words(reader, name, getattr(fit, name), vocabulary)
        _require_words(reader, "side", [fit.side], tuple(ViewerSide))
        if fit.subject is not None:
            _require_words(reader, "subject", [fit.subject], tuple(SubjectRole))
        if fit == Fit():
            raise InvalidFieldError(path, "at least one of " + ", ".join(CONDITIONS), value)
        return fit

    @staticmethod
    def from_stored(value: object, path: str = "") -> "Fit":
        """Read a fit from our own tables, where a newer version may have written other words."""
        reader = Reader(value, path)
        return Fit(
            phases=frozenset(reader.items("phases", read_text)),
            moments=frozenset(reader.items("moments", read_text)),
            stages=frozenset(reader.items("stages", read_text)),
            score=frozenset(reader.items("score", read_text)),
            side=reader.optional(reader.text, "side") or ViewerSide.ANY,
            subject=reader.optional(reader.text, "subject"),
            from_minute=reader.optional(reader.integer, "from_minute", minimum=1, maximum=LAST_MINUTE) or 0,
            is_known=not reader.names() - set(CONDITIONS),
        )


CONDITIONS = (*VOCABULARIES, "side", "subject", "from_minute")
"""The conditions of a fit: the fields of `only_when`."""


def _allows(words: frozenset[str], word: str) -> bool:
    return not words or word in words


def _scoring(facts: MatchFacts) -> Side | None:
    headline = facts.headline
    return headline.side if headline is not None and headline.type in GOAL_MOMENTS else None


def _conceding(facts: MatchFacts) -> Side | None:
    scoring = _scoring(facts)
    return scoring.opponent if scoring else None


def _trailing(facts: MatchFacts) -> Side | None:
    leader = facts.score.leader
    return leader.opponent if leader else None


_SIDES: Mapping[str, Callable[[MatchFacts, Side], bool]] = {
    ViewerSide.SUPPORTER: lambda _facts, _supported: True,
    ViewerSide.HOME: lambda _facts, supported: supported is Side.HOME,
    ViewerSide.AWAY: lambda _facts, supported: supported is Side.AWAY,
    ViewerSide.SCORING: lambda facts, supported: supported is _scoring(facts),
    ViewerSide.CONCEDING: lambda facts, supported: supported is _conceding(facts),
    ViewerSide.LEADING: lambda facts, supported: supported is facts.score.leader,
    ViewerSide.TRAILING: lambda facts, supported: supported is _trailing(facts),
}


def _require_words(reader: Reader, name: str, words: Iterable[str], vocabulary: tuple[str, ...]) -> None:
    for word in sorted(words):
        if word not in vocabulary:
            raise InvalidFieldError(reader.path(name), "one of " + ", ".join(vocabulary), word)
