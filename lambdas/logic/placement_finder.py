"""Finds the placements of subscribers; viewers of one audience share theirs."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.choice import EXPOSURE_KINDS, Choice, blocked_by_exposure, choose, may_stay, refusal
from domain.cohort import Cohort
from domain.component import Component, Slot
from domain.constraint import Constraint
from domain.context import MatchContext
from domain.experiment import NO_EXPERIMENT, Experiment
from domain.match import Match
from domain.match_facts import MatchFacts
from domain.placement import Placement, Rung
from domain.recommendation import Recommendation
from domain.rotation import rotate, rotation_of
from domain.subscription import Subscription
from domain.trial import Trial
from lambdas.logic.audience import Audience, AudiencePlacements
from lambdas.logic.ladder import Ladder
from lambdas.logic.ports.catalogue import Catalogue

FROZEN = "frozen-by-operator"
"""Stands for a constraint's id where an operator has frozen a component."""
NOTHING_TO_SHOW = Recommendation(component_ids=(), rung=Rung.EDITORIAL)
"""Replaces KEEP while components are frozen, because what is shown may be frozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementFinder:
    """Groups subscribers into audiences, and finds each audience's placements once."""

    ladder: Ladder
    catalogue: Catalogue
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
        constraints = self.catalogue.constraints()
        recommendations = self._recommendations(context, subscribers, known, is_moment_over=is_moment_over)
        capped = [rule for rule in constraints if rule.kind in EXPOSURE_KINDS]
        required_consents = frozenset(rule.consent for rule in constraints if rule.consent)
        audiences: dict[str, Audience] = {}
        found: dict[Audience, AudiencePlacements] = {}
        for subscriber in subscribers:
            audience = self._audience(subscriber, capped, required_consents, recommendations.viewers, now)
            audiences[subscriber.connection_id] = audience
            if audience not in known and audience not in found:
                recommendation = recommendations.of(audience) or self.ladder.without_campaign(context)
                calm = None
                if context.headline is not None:
                    calm = recommendations.calm_of(audience) or self.ladder.without_campaign(
                        context.between_moments()
                    )
                found[audience] = self._place(
                    context, match, subscriber, audience, recommendation, calm, constraints
                )
        return audiences, found

    def wants_own_recommendation(self, subscription: Subscription) -> bool:
        """True if the campaign is called for this viewer, as far as the rate allows."""
        return self.ladder.per_viewer or subscription.engaged

    def _recommendations(
        self,
        context: MatchContext,
        subscribers: Sequence[Subscription],
        known: Mapping[Audience, AudiencePlacements],
        *,
        is_moment_over: bool,
    ) -> "_Recommendations":
        treated = [entry for entry in subscribers if not self.experiment.holds_out(entry.viewer.viewer_id)]
        known_cohorts = {
            audience.cohort: placements.recommendation
            for audience, placements in known.items()
            if audience.has_cohort_recommendation
        }
        cohorts = {entry.viewer.cohort for entry in treated}
        if not self.ladder.per_viewer:
            cohorts -= known_cohorts.keys()
        viewer_ids = [entry.viewer.viewer_id for entry in treated if self.wants_own_recommendation(entry)]
        found = {**known_cohorts, **self.ladder.for_cohorts(context, cohorts)}
        viewers = self.ladder.for_viewers(context, viewer_ids)
        if context.headline is None or context.is_calm:
            return _Recommendations(cohorts=found, viewers=viewers, calm=found, calm_viewers=viewers)
        calm_known = {
            audience.cohort: placements.calm
            for audience, placements in known.items()
            if placements.calm is not None and audience.has_cohort_recommendation
        }
        calm_cohorts = {entry.viewer.cohort for entry in treated} - calm_known.keys()
        find_calm = self.ladder.for_cohorts if is_moment_over else self.ladder.known_for_cohorts
        calm = context.between_moments()
        return _Recommendations(
            cohorts=found,
            viewers=viewers,
            calm={**calm_known, **find_calm(calm, calm_cohorts)},
            calm_viewers=self.ladder.known_for_viewers(calm, viewers),
        )

    def _audience(
        self,
        subscriber: Subscription,
        capped: Sequence[Constraint],
        required_consents: frozenset[str],
        own: Mapping[str, Recommendation],
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
            holdout=self.experiment.holds_out(viewer.viewer_id),
        )

    def _place(
        self,
        context: MatchContext,
        match: Match,
        subscriber: Subscription,
        audience: Audience,
        recommendation: Recommendation,
        calm: Recommendation | None,
        constraints: Sequence[Constraint],
    ) -> AudiencePlacements:
        components = self.catalogue.components()
        if context.frozen and recommendation.rung is Rung.KEEP:
            recommendation = NOTHING_TO_SHOW
        ranked = [components[known] for known in recommendation.component_ids if known in components]
        facts = MatchFacts.of(context, match)
        blocked = dict(audience.blocked) | dict.fromkeys(context.frozen, FROZEN)

        def is_allowed(component: Component, others: Sequence[Component] = ()) -> bool:
            refused = refusal(component, constraints, subscriber.viewer, facts, others)
            return component.id not in blocked and refused is None

        rotation = rotation_of(context.headline)
        if rotation:
            ranked = rotate(_without_overlay(ranked), rotation, is_allowed)
        choice = choose(
            ranked=ranked,
            constraints=constraints,
            viewer=subscriber.viewer,
            facts=facts,
            blocked=blocked,
            rung=recommendation.rung,
            recommendation_id=recommendation.recommendation_id,
        )
        if self.experiment.trial_share and not audience.holdout:
            choice = self._trial(context, audience).vary(choice, ranked, is_allowed)
        return AudiencePlacements(
            recommendation=recommendation,
            choice=_with_subjects(choice, facts),
            calm=calm,
            afterwards=self._afterwards(context, match, subscriber, calm, blocked, constraints),
            cleared=self._cleared(recommendation, subscriber, constraints, facts),
        )

    def _cleared(
        self,
        recommendation: Recommendation,
        subscriber: Subscription,
        constraints: Sequence[Constraint],
        facts: MatchFacts,
    ) -> tuple[Slot, ...]:
        """Return the slots that must not keep what they show: a component of theirs makes no sense now.

        The server does not know what an app shows, so one such component clears its slot.
        """
        if recommendation.rung is not Rung.KEEP:
            return ()
        slots = {
            component.slot
            for component in self.catalogue.components().values()
            if not may_stay(component, constraints, subscriber.viewer, facts)
        }
        return tuple(slot for slot in Slot if slot in slots)

    def _afterwards(
        self,
        context: MatchContext,
        match: Match,
        subscriber: Subscription,
        recommendation: Recommendation | None,
        blocked: Mapping[str, str],
        constraints: Sequence[Constraint],
    ) -> Sequence[Placement]:
        """Return placements for the time between the moment's end and the next version.

        They leave the overlay empty: nothing covers the picture without a moment.
        """
        if recommendation is None:
            return ()
        components = self.catalogue.components()
        facts = MatchFacts.of(context.between_moments(), match)

        def may_be_shown(component: Component) -> bool:
            refused = refusal(component, constraints, subscriber.viewer, facts, ())
            return component.id not in blocked and refused is None

        ranked = [components[known] for known in recommendation.component_ids if known in components]
        choice = choose(
            ranked=rotate(_without_overlay(ranked), rotation_of(context.headline), may_be_shown),
            constraints=constraints,
            viewer=subscriber.viewer,
            facts=facts,
            blocked=blocked,
            rung=recommendation.rung,
            recommendation_id=recommendation.recommendation_id,
            alternatives_per_slot=0,
        )
        return choice.placements

    def _trial(self, context: MatchContext, audience: Audience) -> Trial:
        """Return the audience's trial, which is the same in every environment and on every retry."""
        identity = (context.match_id, str(context.version), audience.cohort.key, audience.viewer_id or "")
        blocked = [f"{component}:{rule}" for component, rule in audience.blocked]
        consents = ",".join(sorted(audience.consents))
        return Trial(
            share=self.experiment.trial_share,
            draw=functools.partial(self.experiment.draw, *identity, consents, *blocked),
        )


def _without_overlay(ranked: Sequence[Component]) -> list[Component]:
    """Return the components for a calm screen: nothing covers the picture while nothing happens."""
    return [component for component in ranked if component.slot is not Slot.OVERLAY]


def _with_subjects(choice: Choice, facts: MatchFacts) -> Choice:
    return replace(
        choice,
        placements=tuple(placed.with_subject(facts) for placed in choice.placements),
        alternatives=tuple(placed.with_subject(facts) for placed in choice.alternatives),
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
