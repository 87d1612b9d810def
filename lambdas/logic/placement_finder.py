"""From subscribers to placements: viewers who would see the same share one answer."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.choice import Choice, blocked_by_exposure, choose, refusal
from domain.cohort import Cohort
from domain.component import Component, Slot
from domain.constraint import Constraint, ConstraintKind
from domain.context import MatchContext
from domain.experiment import NO_EXPERIMENT, Experiment
from domain.placement import Placement, Rung
from domain.recommendation import Recommendation
from domain.subscription import Subscription
from domain.trial import Trial
from lambdas.logic.ladder import Ladder
from lambdas.logic.ports import Catalogue

FROZEN = "frozen-by-operator"
"""The reason, among those of the constraints, for a component that an operator keeps off the screens."""
NOTHING_TO_SHOW = Recommendation(component_ids=(), rung=Rung.EDITORIAL)
"""In place of keeping what is shown: what is shown may be frozen."""
EXPOSURE_KINDS = frozenset({ConstraintKind.FREQUENCY_CAP, ConstraintKind.COOL_DOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What makes viewers see the same: cohort, consents, what exposure blocks, whether they are held out; or
    one viewer alone."""

    cohort: Cohort
    consents: frozenset[str]
    blocked: tuple[tuple[str, str], ...] = ()
    viewer_id: str | None = None
    holdout: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The recommendation of a group, what the constraints made of it, and what follows once it is old."""

    recommendation: Recommendation
    choice: Choice
    afterwards: Sequence[Placement] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementFinder:
    """Groups subscribers, and finds each group's placements once."""

    ladder: Ladder
    catalogue: Catalogue
    experiment: Experiment = NO_EXPERIMENT

    def answers(
        self,
        context: MatchContext,
        subscribers: Sequence[Subscription],
        known: Mapping[Group, Answer],
        now: datetime,
    ) -> tuple[dict[str, Group], dict[Group, Answer]]:
        """The group of each subscriber by connection, and the answers of the groups not yet known."""
        constraints = self.catalogue.constraints()
        capped = [rule for rule in constraints if rule.kind in EXPOSURE_KINDS]
        asked_for = frozenset(rule.consent for rule in constraints if rule.consent)
        asking = [entry for entry in subscribers if not self.experiment.holds_out(entry.viewer.viewer_id)]
        cohorts = self.ladder.for_cohorts(
            context, _new_cohorts(asking, known) if not self.ladder.per_viewer else _cohorts(asking)
        )
        own = self.ladder.for_viewers(
            context, [entry.viewer.viewer_id for entry in asking if self.is_by_name(entry)]
        )
        groups: dict[str, Group] = {}
        fresh: dict[Group, Answer] = {}
        for entry in subscribers:
            group = self._group(entry, capped, asked_for, own, now)
            groups[entry.connection_id] = group
            if group in known or group in fresh:
                continue
            if group.holdout:
                recommendation = self.ladder.below(context)
            elif group.viewer_id:
                recommendation = own[group.viewer_id]
            else:
                recommendation = cohorts.get(group.cohort) or _recommendation_of(group.cohort, known)
            fresh[group] = self._answer(context, entry, group, recommendation, constraints)
        return groups, fresh

    def is_by_name(self, subscription: Subscription) -> bool:
        """Whether a recommendation of the viewer's own is asked for, as far as the budget reaches."""
        return self.ladder.per_viewer or subscription.engaged

    def _group(
        self,
        entry: Subscription,
        capped: Sequence[Constraint],
        asked_for: frozenset[str],
        own: Mapping[str, Recommendation],
        now: datetime,
    ) -> Group:
        blocked: dict[str, str] = {}
        if capped and entry.exposures:
            components = self.catalogue.components()
            seen = [components[known] for known in entry.exposures if known in components]
            blocked = blocked_by_exposure(capped, seen, entry.exposures, now)
        viewer = entry.viewer
        return Group(
            cohort=viewer.cohort,
            # Viewers say themselves what they consent to; what no constraint asks for sets nobody apart.
            consents=viewer.consents & asked_for,
            blocked=tuple(sorted(blocked.items())),
            viewer_id=viewer.viewer_id if viewer.viewer_id in own else None,
            holdout=self.experiment.holds_out(viewer.viewer_id),
        )

    def _answer(
        self,
        context: MatchContext,
        entry: Subscription,
        group: Group,
        recommendation: Recommendation,
        constraints: Sequence[Constraint],
    ) -> Answer:
        components = self.catalogue.components()
        if context.frozen and recommendation.rung is Rung.KEEP:
            recommendation = NOTHING_TO_SHOW
        ranked = [components[known] for known in recommendation.component_ids if known in components]
        headline = context.headline.type if context.headline else None
        blocked = dict(group.blocked) | dict.fromkeys(context.frozen, FROZEN)
        choice = choose(
            ranked=ranked,
            constraints=constraints,
            viewer=entry.viewer,
            headline=headline,
            blocked=blocked,
            rung=recommendation.rung,
            recommendation_id=recommendation.recommendation_id,
        )
        if self.experiment.trial_share and not group.holdout:

            def allowed(component: Component, others: Sequence[Component]) -> bool:
                refused = refusal(component, constraints, entry.viewer, headline, others)
                return component.id not in blocked and refused is None

            choice = self._trial(context, group).vary(choice, ranked, allowed)
        afterwards = self._afterwards(context, entry, blocked, constraints)
        return Answer(recommendation=recommendation, choice=choice, afterwards=afterwards)

    def _afterwards(
        self,
        context: MatchContext,
        entry: Subscription,
        blocked: Mapping[str, str],
        constraints: Sequence[Constraint],
    ) -> Sequence[Placement]:
        """What may stand until the next version once the moment is old news; no campaign is asked for it.

        The picture itself stays free: nothing lies over it without a cause.
        """
        if context.headline is None:
            return ()
        components = self.catalogue.components()
        recommendation = self.ladder.below(context.between_moments())
        calm = choose(
            ranked=[components[known] for known in recommendation.component_ids],
            constraints=constraints,
            viewer=entry.viewer,
            headline=None,
            blocked=blocked,
            rung=recommendation.rung,
            alternatives_per_slot=0,
        )
        return tuple(each for each in calm.placements if each.component.slot is not Slot.OVERLAY)

    def _trial(self, context: MatchContext, group: Group) -> Trial:
        """What a group tries depends on the version and on who it is, not on who asks or how often."""
        about = (context.match_id, str(context.version), group.cohort.key, group.viewer_id or "")
        seen = [f"{component}:{rule}" for component, rule in group.blocked]
        consents = ",".join(sorted(group.consents))
        return Trial(
            share=self.experiment.trial_share,
            draw=functools.partial(self.experiment.draw, *about, consents, *seen),
        )


def _cohorts(subscribers: Sequence[Subscription]) -> set[Cohort]:
    return {entry.viewer.cohort for entry in subscribers}


def _new_cohorts(subscribers: Sequence[Subscription], known: Mapping[Group, Answer]) -> set[Cohort]:
    return _cohorts(subscribers) - {group.cohort for group in known if _is_of_cohort(group)}


def _recommendation_of(cohort: Cohort, known: Mapping[Group, Answer]) -> Recommendation:
    return next(
        answer.recommendation
        for group, answer in known.items()
        if group.cohort == cohort and _is_of_cohort(group)
    )


def _is_of_cohort(group: Group) -> bool:
    return group.viewer_id is None and not group.holdout
