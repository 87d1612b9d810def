"""The audiences of a version: what one shard has placed and encoded serves the next shards too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.audience import Audience
from domain.component import Component
from domain.constraint import Constraint
from domain.context import MatchContext
from domain.match import Match
from domain.placement import Rung
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.message_encoder import MessageEncoder
from lambdas.logic.ports.catalogue import Catalogue

KEPT_FOR = timedelta(seconds=10)
"""The shards of a version follow each other within seconds."""
MAX_AUDIENCES = 1_000
"""Limits the memory: a message can have 128 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAudiences:
    """Placements and messages by audience, made from one edition of the catalogue."""

    context: MatchContext
    match: Match
    components: Mapping[str, Component]
    constraints: Sequence[Constraint]
    made_at: datetime
    encoder: MessageEncoder
    placements: dict[Audience, AudiencePlacements] = field(default_factory=dict)
    messages: dict[Audience, bytes] = field(default_factory=dict)

    def serves(self, context: MatchContext, match: Match, catalogue: Catalogue, now: datetime) -> bool:
        """True if the next shard of this version may use them."""
        return (
            now - self.made_at < KEPT_FOR
            and len(self.placements) <= MAX_AUDIENCES
            and self.components is catalogue.components()
            and self.constraints is catalogue.constraints()
            and (self.context, self.match) == (context, match)
        )

    def forget_provisional(self) -> None:
        """Forget the audiences for which a later shard may find a better recommendation."""
        for audience in [each for each, placed in self.placements.items() if not _is_final(each, placed)]:
            del self.placements[audience], self.messages[audience]


@dataclass(slots=True)
class LastVersion:
    """The audiences of the version that this execution environment dispatched last."""

    _audiences: VersionAudiences | None = None

    def audiences(
        self, context: MatchContext, match: Match, catalogue: Catalogue, now: datetime
    ) -> VersionAudiences:
        """Return the audiences of a version for its next shard; none at first."""
        known = self._audiences
        if known is not None and known.serves(context, match, catalogue, now):
            known.forget_provisional()
            return known
        self._audiences = VersionAudiences(
            context=context,
            match=match,
            components=catalogue.components(),
            constraints=catalogue.constraints(),
            made_at=now,
            encoder=MessageEncoder(context, match),
        )
        return self._audiences


def _is_final(audience: Audience, placements: AudiencePlacements) -> bool:
    """True if the recommender has ranked for the cohort, or the audience is held out."""
    if audience.viewer_id is not None:
        return False
    recommendations = [each for each in (placements.recommendation, placements.calm) if each is not None]
    return audience.holdout or all(each.rung is Rung.COHORT for each in recommendations)
