"""Recommendations that all shards of a match share: the first shard that claims one calls the campaign."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from domain.cohort import Cohort
from domain.context import MatchContext
from domain.metrics import Metric
from domain.recommendation import Recommendation
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.recommendations import RecommendationCache
from lambdas.logic.ports.telemetry import Telemetry

CONCURRENT_CALLS = 12
POLL_SECONDS = 0.03
Recommend = Callable[[Cohort, datetime], Recommendation | None]
"""Calls the campaign for a cohort, gives up at an instant, and returns None if there is no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRecommendations:
    """Reads what other shards have stored, claims what no shard has claimed, and waits for the rest."""

    cache: RecommendationCache
    telemetry: Telemetry
    clock: Clock
    sleep: Callable[[float], None]

    def find(
        self, context: MatchContext, cohorts: Sequence[Cohort], recommend: Recommend, give_up_at: datetime
    ) -> dict[Cohort, Recommendation | None]:
        """Return the recommendation of each cohort; None if no shard got one in time."""
        found: dict[Cohort, Recommendation | None] = {}
        missing = list(cohorts)
        while missing:
            known = self.cache.find_recommendations(
                context.match_id, context.cell, [cohort.key for cohort in missing], self.clock()
            )
            shared = {cohort: answer for cohort in missing if (answer := known.get(cohort.key)) is not None}
            self.telemetry.count(Metric.CACHE_HITS, len(shared))
            unclaimed = [cohort for cohort in missing if cohort.key not in known]
            found |= shared | self._claim_and_call(context, unclaimed, recommend, give_up_at)
            missing = [cohort for cohort in missing if cohort not in found]
            if missing and self.clock() >= give_up_at:
                return found | dict.fromkeys(missing)
            if missing:
                self.sleep(POLL_SECONDS)
        return found

    def _claim_and_call(
        self, context: MatchContext, cohorts: Sequence[Cohort], recommend: Recommend, give_up_at: datetime
    ) -> dict[Cohort, Recommendation | None]:
        """Call the campaign for the cohorts that this shard could claim; leave out the others."""

        def settle(cohort: Cohort) -> tuple[Cohort, Recommendation | None] | None:
            key = (context.match_id, context.cell, cohort.key)
            if not self.cache.claim_recommendation(*key, self.clock()):
                return None
            answer = recommend(cohort, give_up_at)
            if answer is None:
                self.cache.release_claim(*key)
            else:
                self.cache.store_recommendation(*key, answer, self.clock())
            return cohort, answer

        if not cohorts:
            return {}
        with ThreadPoolExecutor(min(CONCURRENT_CALLS, len(cohorts))) as pool:
            return dict(settled for settled in pool.map(settle, cohorts) if settled is not None)
