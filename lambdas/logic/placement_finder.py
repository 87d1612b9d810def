"""Finds the placements of subscribers, and the rankings of audiences; an audience shares one."""

import functools
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from domain.audience import Audience
from domain.choice import EXPOSURE_KINDS, blocked_by_exposure
from domain.cohort import Cohort
from domain.constraint import Constraint
from domain.context import MatchContext
from domain.experiment import NO_EXPERIMENT, Experiment
from domain.indexed_constraints import IndexedConstraints
from domain.match import Match
from domain.match_facts import MatchFacts
from domain.placement import Rung
from domain.recommendation import Recommendation
from domain.required_consents import required_consents
from domain.rotation import rotation_of
from domain.subscription import Subscription
from domain.trial import Trial
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.audience_ranking import AudienceRanking
from lambdas.logic.ladder import NOBODY, Ladder
from lambdas.logic.placement_signature import PlacementSigner
from lambdas.logic.ports.catalogue import Catalogue

NOTHING_TO_SHOW = Recommendation(component_ids=(), rung=Rung.EDITORIAL)
"""Replaces KEEP while components are frozen, because what is shown may be frozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementFinder:
    """Groups subscribers into audiences, and finds and signs each audience's placements once."""

    ladder: Ladder
    catalogue: Catalogue
    signer: PlacementSigner
    experiment: Experiment = NO_EXPERIMENT

    def find(
        self,
        context: MatchContext,
        match: Match,
        subscribers: Sequence[Subscription],
        known: Mapping[Audience, AudiencePlacements],
        now: datetime,
        *,
        is_moment_over: bool = False,
    ) -> tuple[dict[str, Audience], dict[Audience, AudiencePlacements]]:
        """Return each subscriber's audience by connection, and the placements of audiences not yet known.

        What follows the moment is chosen from rankings that are stored already: nobody waits for it, unless
        the moment is over and the screens after it are due.
        """
        constraints = IndexedConstraints.of(self.catalogue.constraints())
        viewer_ids = {entry.viewer.viewer_id for entry in subscribers}
        held_out = {viewer_id for viewer_id in viewer_ids if self.experiment.holds_out(viewer_id)}
        treated = [entry for entry in subscribers if entry.viewer.viewer_id not in held_out]
        recommendations = self._recommendations(
            context,
            {entry.viewer.cohort for entry in treated},
            [entry.viewer.viewer_id for entry in treated if self.wants_own_recommendation(entry)],
            known,
            on_several_screens={entry.viewer.viewer_id for entry in treated if entry.on_several_screens},
            is_moment_over=is_moment_over,
        )
        capped = [rule for rule in constraints if rule.kind in EXPOSURE_KINDS]
        required = required_consents(constraints)
        version = _Version.of(context, match)
        audiences: dict[str, Audience] = {}
        of_page: dict[Audience, Audience] = {}
        found: dict[Audience, AudiencePlacements] = {}
        for subscriber in subscribers:
            audience = self._audience(subscriber, capped, required, recommendations.viewers, held_out, now)
            # Viewers who share an audience share the object too, so that looking them up compares nothing.
            audiences[subscriber.connection_id] = of_page.setdefault(audience, audience)
            if of_page[audience] is audience and audience not in known:
                ranking = self._ranking(version, audience, recommendations, constraints)
                found[audience] = self.signer.sign(context, audience, ranking.placements(), now)
        return audiences, found

    def rankings(
        self,
        context: MatchContext,
        match: Match,
        audiences: Sequence[Audience],
        *,
        is_moment_over: bool = False,
    ) -> dict[Audience, AudienceRanking]:
        """Return the ranking of each audience; none for a viewer who has no recommendation of their own.

        That is a viewer in the holdout group, and one for whom the campaign's rate has no room now. For
        `is_moment_over` see `find`.
        """
        constraints = IndexedConstraints.of(self.catalogue.constraints())
        treated = [each for each in audiences if not self._is_held_out(each)]
        recommendations = self._recommendations(
            context,
            {each.cohort for each in treated},
            [each.viewer_id for each in treated if each.viewer_id is not None],
            {},
            is_moment_over=is_moment_over,
        )
        required, version = required_consents(constraints), _Version.of(context, match)
        return {
            each: self._ranking(version, each.with_consents_in(required), recommendations, constraints)
            for each in audiences
            if each.viewer_id is None or each.viewer_id in recommendations.viewers
        }

    def _is_held_out(self, audience: Audience) -> bool:
        if audience.viewer_id is not None:
            return self.experiment.holds_out(audience.viewer_id)
        return audience.holdout

    def wants_own_recommendation(self, subscription: Subscription) -> bool:
        """True if the campaign is called for this viewer, as far as the rate allows."""
        return self.ladder.per_viewer or subscription.engaged

    def _recommendations(
        self,
        context: MatchContext,
        cohorts: Set[Cohort],
        viewer_ids: Iterable[str],
        known: Mapping[Audience, AudiencePlacements],
        *,
        on_several_screens: Set[str] = NOBODY,
        is_moment_over: bool,
    ) -> "_Recommendations":
        known_cohorts = {
            audience.cohort: placements.recommendation
            for audience, placements in known.items()
            if audience.has_cohort_recommendation
        }
        missing = cohorts if self.ladder.per_viewer else cohorts - known_cohorts.keys()
        found = {**known_cohorts, **self.ladder.for_cohorts(context, missing)}
        viewers = self.ladder.for_viewers(context, viewer_ids, on_several_screens=on_several_screens)
        if context.headline is None or context.is_calm:
            return _Recommendations(cohorts=found, viewers=viewers, calm=found, calm_viewers=viewers)
        calm_known = {
            audience.cohort: placements.calm
            for audience, placements in known.items()
            if placements.calm is not None and audience.has_cohort_recommendation
        }
        find_calm = self.ladder.for_cohorts if is_moment_over else self.ladder.known_for_cohorts
        calm = context.between_moments()
        return _Recommendations(
            cohorts=found,
            viewers=viewers,
            calm={**calm_known, **find_calm(calm, cohorts - calm_known.keys())},
            calm_viewers=self.ladder.known_for_viewers(calm, viewers),
        )

    def _audience(
        self,
        subscriber: Subscription,
        capped: Sequence[Constraint],
        required_consents: frozenset[str],
        own: Mapping[str, Recommendation],
        held_out: Set[str],
        now: datetime,
    ) -> Audience:
        blocked: dict[str, str] = {}
        if capped and subscriber.exposures:
            components = self.catalogue.components()
            seen = [components[known] for known in subscriber.exposures if known in components]
            blocked = blocked_by_exposure(capped, seen, subscriber.exposures, now)
        viewer = subscriber.viewer
        return Audience(
            cohort=viewer.cohort,
            # Tokens may carry any consents; those that no constraint requires must not split an audience.
            consents=viewer.consents & required_consents,
            blocked=tuple(sorted(blocked.items())),
            viewer_id=viewer.viewer_id if viewer.viewer_id in own else None,
            holdout=viewer.viewer_id in held_out,
        )

    def _ranking(
        self,
        version: "_Version",
        audience: Audience,
        recommendations: "_Recommendations",
        constraints: Sequence[Constraint],
    ) -> AudienceRanking:
        context, between = version.context, version.between
        recommendation = recommendations.of(audience) or self.ladder.without_campaign(context)
        calm = None
        if context.headline is not None:
            calm = recommendations.calm_of(audience) or self.ladder.without_campaign(between)
        if context.frozen and recommendation.rung is Rung.KEEP:
            recommendation = NOTHING_TO_SHOW
        has_trial = self.experiment.trial_share and not audience.holdout
        return AudienceRanking(
            audience=audience,
            recommendation=recommendation,
            calm=calm,
            facts=version.facts,
            calm_facts=version.calm_facts,
            components=self.catalogue.components(),
            constraints=constraints,
            frozen=context.frozen,
            rotation=rotation_of(context.headline),
            trial=self._trial(context, audience) if has_trial else None,
        )

    def _trial(self, context: MatchContext, audience: Audience) -> Trial:
        """Return the trial of a cohort or a viewer: the same in every environment and on every retry.

        It is drawn for all who share consents, whatever each has seen.
        """
        identity = (context.match_id, str(context.version), audience.cohort.key, audience.viewer_id or "")
        consents = ",".join(sorted(audience.consents))
        return Trial(
            share=self.experiment.trial_share,
            draw=functools.partial(self.experiment.draw, *identity, consents),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """A context and that between moments, with the facts that all audiences share."""

    context: MatchContext
    between: MatchContext
    facts: MatchFacts
    calm_facts: MatchFacts

    @staticmethod
    def of(context: MatchContext, match: Match) -> "_Version":
        """Return a version of a match's context."""
        between = context.between_moments()
        return _Version(
            context=context,
            between=between,
            facts=MatchFacts.of(context, match),
            calm_facts=MatchFacts.of(between, match),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recommendations:
    """Recommendations of cohorts and of viewers who have their own, for the context and for calm screens."""

    cohorts: Mapping[Cohort, Recommendation]
    viewers: Mapping[str, Recommendation]
    calm: Mapping[Cohort, Recommendation]
    calm_viewers: Mapping[str, Recommendation]

    def calm_of(self, audience: Audience) -> Recommendation | None:
        """Return the recommendation for the audience's calm screen; None for the holdout, or if unknown."""
        if audience.holdout:
            return None
        own = self.calm_viewers.get(audience.viewer_id) if audience.viewer_id else None
        return own or self.calm.get(audience.cohort)

    def of(self, audience: Audience) -> Recommendation | None:
        """Return the audience's recommendation; None for the holdout, which gets none of the campaign's."""
        if audience.holdout:
            return None
        if audience.viewer_id:
            return self.viewers[audience.viewer_id]
        return self.cohorts[audience.cohort]
