"""A recommendation that every shard of a match needs is asked for once, by the shard that claims it first."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.cohort import Cohort
from domain.context import MatchContext
from domain.metrics import Metric
from domain.recommendation import Recommendation
from lambdas.logic.ports import Clock, RecommendationCache, Telemetry

CALLS_AT_ONCE = 12
POLL_SECONDS = 0.03
PATIENCE_SECONDS = 1.5
"""How long a cohort's recommendation may wait for the budget or for another shard's answer."""

Ask = Callable[[Cohort, datetime], Recommendation | None]
"""Asks the campaign for a cohort until an instant; None if it gives no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRecommendations:
    """Looks for what other shards have found, asks for what nobody asks, and waits for the rest."""

    cache: RecommendationCache
    telemetry: Telemetry
    clock: Clock
    sleep: Callable[[float], None]

    def find(
        self, context: MatchContext, cohorts: Sequence[Cohort], ask: Ask
    ) -> dict[Cohort, Recommendation | None]:
        """The recommendation of each cohort; None where nobody got one in time."""
        give_up_at = self.clock() + timedelta(seconds=PATIENCE_SECONDS)
        found: dict[Cohort, Recommendation | None] = {}
        missing = list(cohorts)
        while missing:
            known = self.cache.find_recommendations(
                context.match_id, context.cell, [cohort.key for cohort in missing], self.clock()
            )
            shared = {cohort: answer for cohort in missing if (answer := known.get(cohort.key)) is not None}
            self.telemetry.count(Metric.CACHE_HITS, len(shared))
            free = [cohort for cohort in missing if cohort.key not in known]
            found |= shared | self._claimed(context, free, ask, give_up_at)
            missing = [cohort for cohort in missing if cohort not in found]
            if missing and self.clock() >= give_up_at:
                return found | dict.fromkeys(missing)
            if missing:
                self.sleep(POLL_SECONDS)
        return found

    def _claimed(
        self, context: MatchContext, cohorts: Sequence[Cohort], ask: Ask, give_up_at: datetime
    ) -> dict[Cohort, Recommendation | None]:
        """What was asked for by us; others may have been faster in claiming some of the cohorts."""

        def settle(cohort: Cohort) -> tuple[Cohort, Recommendation | None] | None:
            key = (context.match_id, context.cell, cohort.key)
            if not self.cache.claim_recommendation(*key, self.clock()):
                return None
            answer = ask(cohort, give_up_at)
            if answer is None:
                self.cache.release_claim(*key)
            else:
                self.cache.store_recommendation(*key, answer, self.clock())
            return cohort, answer

        if not cohorts:
            return {}
        with ThreadPoolExecutor(min(CALLS_AT_ONCE, len(cohorts))) as pool:
            return dict(settled for settled in pool.map(settle, cohorts) if settled is not None)
