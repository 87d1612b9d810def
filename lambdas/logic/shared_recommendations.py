"""Recommendations that all shards of a match share: the first shard that claims one calls the campaign."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.cohort import Cohort
from domain.context import MatchContext
from domain.metrics import Metric
from domain.recommendation import Recommendation
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.recommendations import RecommendationCache
from lambdas.logic.ports.telemetry import Telemetry

CONCURRENT_CALLS = 12
POLL_SECONDS = 0.03
MOMENT_KEPT_FOR = timedelta(minutes=5)
CALM_KEPT_FOR = timedelta(hours=1)
"""Longer than a match stays in one calm context, so that a cohort is ranked once in each."""
VIEWER_KEPT_FOR = timedelta(minutes=10)
"""A viewer's calm ranking: it changes with what the viewer does."""
Recommend = Callable[[Cohort, datetime], Recommendation | None]
"""Calls the campaign for a cohort, gives up at an instant, and returns None if there is no answer."""


def viewer_owner(viewer_id: str) -> str:
    """Return the owner of a viewer's own recommendation; that of a cohort's is its key."""
    return f"viewer:{viewer_id}"


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
            known = self._known(context, [cohort.key for cohort in missing])
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

    def stored(self, context: MatchContext, owners: Sequence[str]) -> dict[str, Recommendation]:
        """Return the recommendations that are stored, by owner; the campaign is not called."""
        known = self._known(context, owners)
        return {owner: answer for owner, answer in known.items() if answer is not None}

    def unclaimed(self, context: MatchContext, owners: Sequence[str]) -> list[str]:
        """Return the owners whose recommendation is neither stored nor being found by a worker."""
        known = self._known(context, owners)
        return [owner for owner in owners if owner not in known]

    def claim_and_call(
        self,
        context: MatchContext,
        owner: str,
        call: Callable[[], Recommendation | None],
        *,
        kept_for: timedelta | None = None,
    ) -> tuple[Recommendation | None, bool]:
        """Return the campaign's answer, which is stored, and whether the campaign was called.

        It is not called if another worker holds the claim.
        """
        key = (context.match_id, context.cell, owner)
        if not self.cache.claim_recommendation(*key, self.clock()):
            return None, False
        answer = call()
        if answer is None:
            self.cache.release_claim(*key)
        else:
            usual = CALM_KEPT_FOR if context.is_calm else MOMENT_KEPT_FOR
            self.cache.store_recommendation(*key, answer, self.clock(), kept_for=kept_for or usual)
        return answer, True

    def _known(self, context: MatchContext, owners: Sequence[str]) -> Mapping[str, Recommendation | None]:
        return self.cache.find_recommendations(context.match_id, context.cell, owners, self.clock())

    def _claim_and_call(
        self, context: MatchContext, cohorts: Sequence[Cohort], recommend: Recommend, give_up_at: datetime
    ) -> dict[Cohort, Recommendation | None]:
        """Call the campaign for the cohorts that this shard could claim; leave out the others."""

        def settle(cohort: Cohort) -> tuple[Cohort, Recommendation | None] | None:
            answer, was_called = self.claim_and_call(
                context, cohort.key, lambda: recommend(cohort, give_up_at)
            )
            return (cohort, answer) if was_called else None

        if not cohorts:
            return {}
        with ThreadPoolExecutor(min(CONCURRENT_CALLS, len(cohorts))) as pool:
            return dict(settled for settled in pool.map(settle, cohorts) if settled is not None)
