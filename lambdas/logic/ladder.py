"""The ladder: viewer, cohort, popularity in this context, editorial default, keep what is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.cohort import Cohort
from domain.context import MatchContext
from domain.metrics import Metric
from domain.placement import Rung
from domain.recommendation import KEEP_WHAT_IS_SHOWN, Recommendation, Refusal
from lambdas.logic.breaker import CircuitBreaker
from lambdas.logic.ports import Catalogue, Clock, RateBudget, Recommender, Telemetry
from lambdas.logic.shared_recommendations import CALLS_AT_ONCE, POLL_SECONDS, SharedRecommendations

RESULTS = 100
CACHE_SECONDS = 300
CACHE_ENTRIES = 5_000
PATIENCE_FOR_VIEWERS_SECONDS = 0.3
"""How long a page of subscribers waits for those who are asked for by name; the rest see their cohort's."""


def popularity_keys(cell: str) -> list[str]:
    """Keys of the popularity table for a context cell, from the cell itself to fewer columns and to ALL."""
    columns = cell.split("/")
    return ["/".join(columns[:count]) for count in range(len(columns), 0, -1)] + ["ALL"]


@dataclass(slots=True, kw_only=True)
class Ladder:
    """Finds a recommendation on the best rung that holds today, and counts each step down."""

    recommender: Recommender
    sharing: SharedRecommendations
    budget: RateBudget
    catalogue: Catalogue
    telemetry: Telemetry
    clock: Clock
    sleep: Callable[[float], None]
    viewer_budget: RateBudget
    per_viewer: bool = False
    """Whether every viewer is asked for by name, and not those alone who have told a taste in this match."""
    _breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    _known: dict[tuple[str, str, str], tuple[Recommendation, datetime]] = field(default_factory=dict)

    def for_cohorts(self, context: MatchContext, cohorts: Iterable[Cohort]) -> dict[Cohort, Recommendation]:
        """One recommendation for each cohort: of the campaign if it answers, else of a lower rung."""
        found: dict[Cohort, Recommendation] = {}
        missing: list[Cohort] = []
        for cohort in dict.fromkeys(cohorts):
            known = self._remembered(context, cohort)
            if known is None:
                missing.append(cohort)
            else:
                found[cohort] = known
        self.telemetry.count(Metric.CACHE_HITS, len(found))
        if not missing:
            return found
        if self._breaker.is_open(self.clock()) or not self.catalogue.components():
            return found | dict.fromkeys(missing, self.below(context))
        for portion in self._portions(missing):
            if not self._breaker.is_open(self.clock()):
                found |= self._shared(context, portion)
        return found | {cohort: self.below(context) for cohort in missing if cohort not in found}

    def _portions(self, cohorts: Sequence[Cohort]) -> Iterable[Sequence[Cohort]]:
        """A campaign that has not answered of late is asked once; only if it answers, for all the others."""
        alone = 0 if self._breaker.is_proven else 1
        return filter(None, (cohorts[:alone], cohorts[alone:]))

    def _shared(self, context: MatchContext, cohorts: Sequence[Cohort]) -> dict[Cohort, Recommendation]:
        def ask(cohort: Cohort, give_up_at: datetime) -> Recommendation | None:
            return self._ask_in_budget(context, cohort, give_up_at)

        answers = self.sharing.find(context, cohorts, ask)
        found = {cohort: answer for cohort, answer in answers.items() if answer is not None}
        for cohort, answer in found.items():
            self._remember(context, cohort, answer)
        return found

    def for_viewers(self, context: MatchContext, viewer_ids: Iterable[str]) -> dict[str, Recommendation]:
        """Recommendations of their own, for as many viewers as this second's budget and patience allow."""
        ids = list(dict.fromkeys(viewer_ids))
        if not ids or self._breaker.is_open(self.clock()):
            return {}
        with ThreadPoolExecutor(min(CALLS_AT_ONCE, len(ids))) as pool:
            give_up_at = self.clock() + timedelta(seconds=PATIENCE_FOR_VIEWERS_SECONDS)
            answers = pool.map(lambda viewer_id: self._own(context, viewer_id, give_up_at), ids)
            return {
                viewer_id: answer
                for viewer_id, answer in zip(ids, answers, strict=True)
                if answer is not None
            }

    def _own(self, context: MatchContext, viewer_id: str, give_up_at: datetime) -> Recommendation | None:
        if self.clock() >= give_up_at or not self.viewer_budget.take_token(self.clock()):
            return None
        return self._ask(context, viewer_id, Rung.VIEWER)

    def _ask_in_budget(
        self, context: MatchContext, cohort: Cohort, give_up_at: datetime
    ) -> Recommendation | None:
        while not self.budget.take_token(self.clock()):
            if self.clock() >= give_up_at:
                self.telemetry.count(Metric.BUDGET_EXHAUSTED)
                return None
            self.sleep(POLL_SECONDS)
        return self._ask(context, cohort.pseudo_user_id, Rung.COHORT)

    def _ask(self, context: MatchContext, user_id: str, rung: Rung) -> Recommendation | None:
        if self._breaker.is_open(self.clock()):
            return None
        components = self.catalogue.components()
        self.telemetry.count(Metric.RECOMMENDER_CALLS)
        answer = self.recommender.recommend(user_id, context.columns, min(RESULTS, len(components)))
        if isinstance(answer, Refusal):
            self._breaker.refused(answer, self.clock())
            self.telemetry.count(
                {
                    Refusal.THROTTLED: Metric.THROTTLED,
                    Refusal.MISSING: Metric.CAMPAIGN_MISSING,
                    Refusal.INVALID: Metric.RECOMMENDER_FAILED,
                    Refusal.FAILED: Metric.RECOMMENDER_FAILED,
                }[answer]
            )
            return None
        self._breaker.answered()
        component_ids, recommendation_id = answer
        known = _known_of(component_ids, components)
        if not known:
            return None
        return Recommendation(component_ids=known, rung=rung, recommendation_id=recommendation_id)

    def below(self, context: MatchContext) -> Recommendation:
        """The best rung that needs no campaign."""
        components = self.catalogue.components()
        for key in popularity_keys(context.cell):
            popular = _known_of(self.catalogue.popularity(key), components)
            if popular:
                return Recommendation(component_ids=popular, rung=Rung.POPULARITY)
        ranked = sorted(
            (component.editorial_rank, component.id)
            for component in components.values()
            if component.editorial_rank is not None
        )
        if ranked:
            return Recommendation(
                component_ids=tuple(component_id for _, component_id in ranked), rung=Rung.EDITORIAL
            )
        return KEEP_WHAT_IS_SHOWN

    def _remembered(self, context: MatchContext, cohort: Cohort) -> Recommendation | None:
        known = self._known.get((context.match_id, context.cell, cohort.key))
        return known[0] if known is not None and self.clock() < known[1] else None

    def _remember(self, context: MatchContext, cohort: Cohort, answer: Recommendation) -> None:
        if len(self._known) >= CACHE_ENTRIES:
            self._known.clear()
        expires_at = self.clock() + timedelta(seconds=CACHE_SECONDS)
        self._known[context.match_id, context.cell, cohort.key] = (answer, expires_at)


def _known_of(component_ids: Iterable[str], components: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(component_id for component_id in component_ids if component_id in components)
