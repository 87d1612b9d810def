"""The ladder: viewer, cohort, popularity in this context, editorial default, keep what is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.cohort import Cohort
from domain.context import MatchContext
from domain.metrics import Metric
from domain.placement import Rung
from domain.recommendation import KEEP_WHAT_IS_SHOWN, Recommendation, Refusal, viewer_owner
from lambdas.logic.circuit_breaker import CircuitBreaker
from lambdas.logic.ports.catalogue import Catalogue
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.recommendations import RateBudget, Recommender
from lambdas.logic.ports.telemetry import Telemetry
from lambdas.logic.recommendation_memory import RecommendationMemory
from lambdas.logic.shared_recommendations import (
    CONCURRENT_CALLS,
    POLL_SECONDS,
    VIEWER_KEPT_FOR,
    Recommend,
    SharedRecommendations,
)

MAX_RESULTS = 100
SCREENS_KEPT_FOR = timedelta(seconds=3)
"""How long the screens of one viewer share a ranking: while the shards dispatch one version."""
SCREENS_TIMEOUT_SECONDS = 1.0
"""How long a screen waits for the call that another screen's shard makes for the same viewer."""
NO_RANKING_OF_THEIR_OWN = Recommendation(component_ids=(), rung=Rung.COHORT)
"""Stored for a viewer on several screens whom the rate leaves out: it leaves out all of the screens."""
NOBODY: Set[str] = frozenset()
VIEWER_TIMEOUT_SECONDS = 0.3
"""How long a page of subscribers waits for per-viewer recommendations; the rest get their cohort's."""
COHORT_TIMEOUT_SECONDS = 1.5
"""How long a cohort waits for the budget, or for another shard's call."""
REFUSAL_METRICS = {
    Refusal.THROTTLED: Metric.THROTTLED,
    Refusal.MISSING: Metric.CAMPAIGN_MISSING,
    Refusal.INVALID: Metric.RECOMMENDER_FAILED,
    Refusal.FAILED: Metric.RECOMMENDER_FAILED,
}


def popularity_keys(cell: str) -> list[str]:
    """Return keys of the popularity table for a context cell, from all its columns to fewer, then ALL."""
    columns = cell.split("/")
    return ["/".join(columns[:count]) for count in range(len(columns), 0, -1)] + ["ALL"]


@dataclass(slots=True, kw_only=True)
class Ladder:
    """Finds a recommendation on the highest rung that is available now."""

    recommender: Recommender
    shared: SharedRecommendations
    budget: RateBudget
    viewer_budget: RateBudget
    catalogue: Catalogue
    telemetry: Telemetry
    clock: Clock
    sleep: Callable[[float], None]
    per_viewer: bool = False
    """True if the campaign is called for every viewer, not only for viewers who engaged in this match."""
    memory: RecommendationMemory = field(default_factory=RecommendationMemory)
    _breaker: CircuitBreaker = field(default_factory=CircuitBreaker)

    def for_cohorts(self, context: MatchContext, cohorts: Iterable[Cohort]) -> dict[Cohort, Recommendation]:
        """Return a recommendation for each cohort: the campaign's if it answers, else from a lower rung."""
        give_up_at = self.clock() + timedelta(seconds=COHORT_TIMEOUT_SECONDS)
        found, missing = self._remembered(context, cohorts)
        if not missing:
            return found
        if self._breaker.is_open(self.clock()) or not self.catalogue.components():
            return found | dict.fromkeys(missing, self.without_campaign(context))
        for batch in self._batches(missing):
            if not self._breaker.is_open(self.clock()):
                found |= self._from_campaign(context, batch, give_up_at)
        return found | {cohort: self.without_campaign(context) for cohort in missing if cohort not in found}

    def known_for_cohorts(
        self, context: MatchContext, cohorts: Iterable[Cohort]
    ) -> dict[Cohort, Recommendation]:
        """Return the recommendations that are stored already; the campaign is not called."""
        found, missing = self._remembered(context, cohorts)
        stored = self.shared.stored(context, [cohort.key for cohort in missing]) if missing else {}
        for cohort in missing:
            if cohort.key in stored:
                found[cohort] = stored[cohort.key]
                self.memory.store(context, cohort, found[cohort], self.clock())
        return found

    def known_for_viewers(
        self, context: MatchContext, viewer_ids: Iterable[str]
    ) -> dict[str, Recommendation]:
        """Return the recommendations of viewers that are stored already; the campaign is not called."""
        owners = {viewer_owner(viewer_id): viewer_id for viewer_id in viewer_ids}
        stored = self.shared.stored(context, list(owners)) if owners else {}
        return {owners[owner]: answer for owner, answer in stored.items()}

    def prepare_cohort(self, context: MatchContext, cohort: Cohort) -> bool:
        """Rank for a cohort, for later versions; False if the campaign did not answer."""
        answer, was_called = self.shared.claim_and_call(
            context, cohort.key, lambda: self._recommend(context, cohort.pseudo_user_id, Rung.COHORT)
        )
        return answer is not None or not was_called

    def prepare_viewer(self, context: MatchContext, viewer_id: str) -> bool:
        """Rank for a viewer, for later versions; False if the campaign did not answer."""
        answer, was_called = self.shared.claim_and_call(
            context,
            viewer_owner(viewer_id),
            lambda: self._recommend(context, viewer_id, Rung.VIEWER),
            kept_for=VIEWER_KEPT_FOR,
        )
        return answer is not None or not was_called

    def _remembered(
        self, context: MatchContext, cohorts: Iterable[Cohort]
    ) -> tuple[dict[Cohort, Recommendation], list[Cohort]]:
        """Return the recommendations that this environment remembers, and the cohorts without one."""
        found: dict[Cohort, Recommendation] = {}
        missing: list[Cohort] = []
        for cohort in dict.fromkeys(cohorts):
            known = self.memory.find(context, cohort, self.clock())
            if known is None:
                missing.append(cohort)
            else:
                found[cohort] = known
        self.telemetry.count(Metric.CACHE_HITS, len(found))
        return found, missing

    def _batches(self, cohorts: Sequence[Cohort]) -> Iterable[Sequence[Cohort]]:
        """Return one cohort first if the campaign has not answered recently, so that one call tests it."""
        probes = 0 if self._breaker.is_proven else 1
        return filter(None, (cohorts[:probes], cohorts[probes:]))

    def _from_campaign(
        self, context: MatchContext, cohorts: Sequence[Cohort], give_up_at: datetime
    ) -> dict[Cohort, Recommendation]:
        by_key = {cohort.key: cohort for cohort in cohorts}

        def recommend(key: str, give_up_at: datetime) -> Recommendation | None:
            return self._recommend_within_budget(context, by_key[key], give_up_at)

        answers = self.shared.find(context, list(by_key), recommend, give_up_at)
        found = {by_key[key]: answer for key, answer in answers.items() if answer is not None}
        for cohort, answer in found.items():
            self.memory.store(context, cohort, answer, self.clock())
        return found

    def for_viewers(
        self, context: MatchContext, viewer_ids: Iterable[str], *, on_several_screens: Set[str] = NOBODY
    ) -> dict[str, Recommendation]:
        """Return per-viewer recommendations for as many viewers as the rate and the timeout allow.

        A viewer on several screens comes first, and gets one for all of them, whichever shards they are in.
        """
        ids = sorted(dict.fromkeys(viewer_ids), key=lambda viewer_id: viewer_id not in on_several_screens)
        if not ids or self._breaker.is_open(self.clock()):
            return {}
        admitted = frozenset(ids[: self.viewer_budget.take_tokens(len(ids), self.clock())])
        wanted = [each for each in ids if each in admitted or each in on_several_screens]
        if not wanted:
            return {}
        now = self.clock()
        give_up_at = now + timedelta(seconds=VIEWER_TIMEOUT_SECONDS)
        screens_give_up_at = now + timedelta(seconds=SCREENS_TIMEOUT_SECONDS)

        def find(viewer_id: str) -> Recommendation | None:
            def recommend(_owner: str, give_up_at: datetime) -> Recommendation | None:
                return self._for_viewer(context, viewer_id, give_up_at) if viewer_id in admitted else None

            if viewer_id not in on_several_screens:
                return recommend(viewer_id, give_up_at)
            return self._for_several_screens(context, viewer_id, recommend, screens_give_up_at)

        with ThreadPoolExecutor(min(CONCURRENT_CALLS, len(wanted))) as pool:
            answers = pool.map(find, wanted)
            return {
                viewer_id: answer
                for viewer_id, answer in zip(wanted, answers, strict=True)
                if answer is not None
            }

    def _for_several_screens(
        self, context: MatchContext, viewer_id: str, recommend: Recommend, give_up_at: datetime
    ) -> Recommendation | None:
        if self.clock() >= give_up_at:
            return None
        owner = viewer_owner(viewer_id)

        def recommend_or_leave_out(owner: str, give_up_at: datetime) -> Recommendation | None:
            return recommend(owner, give_up_at) or (None if context.is_calm else NO_RANKING_OF_THEIR_OWN)

        # A calm ranking is also what is shown between moments, for as long as a prepared one.
        kept_for = VIEWER_KEPT_FOR if context.is_calm else SCREENS_KEPT_FOR
        answer = self.shared.find(context, [owner], recommend_or_leave_out, give_up_at, kept_for=kept_for)[
            owner
        ]
        return answer if answer is not None and answer.component_ids else None

    def _for_viewer(
        self, context: MatchContext, viewer_id: str, give_up_at: datetime
    ) -> Recommendation | None:
        if self.clock() >= give_up_at:
            return None
        return self._recommend(context, viewer_id, Rung.VIEWER)

    def _recommend_within_budget(
        self, context: MatchContext, cohort: Cohort, give_up_at: datetime
    ) -> Recommendation | None:
        while not self.budget.take_token(self.clock()):
            if self.clock() >= give_up_at:
                self.telemetry.count(Metric.BUDGET_EXHAUSTED)
                return None
            self.sleep(POLL_SECONDS)
        return self._recommend(context, cohort.pseudo_user_id, Rung.COHORT)

    def _recommend(self, context: MatchContext, user_id: str, rung: Rung) -> Recommendation | None:
        if self._breaker.is_open(self.clock()):
            return None
        components = self.catalogue.components()
        self.telemetry.count(Metric.RECOMMENDER_CALLS)
        answer = self.recommender.recommend(user_id, context.columns, min(MAX_RESULTS, len(components)))
        if isinstance(answer, Refusal):
            self._breaker.record_refusal(answer, self.clock())
            self.telemetry.count(REFUSAL_METRICS[answer])
            return None
        self._breaker.record_answer()
        component_ids, recommendation_id = answer
        published = _published(component_ids, components)
        if not published:
            return None
        return Recommendation(component_ids=published, rung=rung, recommendation_id=recommendation_id)

    def without_campaign(self, context: MatchContext) -> Recommendation:
        """Return the recommendation of the highest rung that does not need the campaign."""
        components = self.catalogue.components()
        for key in popularity_keys(context.cell):
            popular = _published(self.catalogue.popularity(key), components)
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


def _published(component_ids: Iterable[str], components: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(component_id for component_id in component_ids if component_id in components)
