"""Recommendations that all shards of a match share: the first shard that claims one calls the campaign."""

import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.context import MatchContext
from domain.metrics import Metric
from domain.recommendation import Recommendation
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.recommendations import RecommendationCache
from lambdas.logic.ports.telemetry import Telemetry

CONCURRENT_CALLS = 12
"""How many rankings a shard claims at once: it calls the campaign for all of them at the same time."""
POLL_SECONDS = 0.03
KNOWN_FOR = timedelta(seconds=1)
"""How long a worker claims what was unclaimed when it read: no longer than the leases of others last."""
STORED_AFTER_SECONDS = 0.1
"""Answers are stored together, but none waits longer for a slower call, because other shards wait for it."""
MOMENT_KEPT_FOR = timedelta(minutes=5)
CALM_KEPT_FOR = timedelta(hours=1)
"""Longer than a match stays in one calm context, so that a cohort is ranked once in each."""
VIEWER_KEPT_FOR = timedelta(minutes=10)
"""A viewer's calm ranking: it changes with what the viewer does."""
Recommend = Callable[[str, datetime], Recommendation | None]
"""Calls the campaign for an owner, gives up at an instant, and returns None if there is no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRecommendations:
    """Reads what other shards have stored, claims what no shard has claimed, and waits for the rest."""

    cache: RecommendationCache
    telemetry: Telemetry
    clock: Clock
    sleep: Callable[[float], None]

    def find(
        self,
        context: MatchContext,
        owners: Sequence[str],
        recommend: Recommend,
        give_up_at: datetime,
        *,
        kept_for: timedelta | None = None,
    ) -> dict[str, Recommendation | None]:
        """Return the recommendation of each owner; None if no shard got one in time."""
        found: dict[str, Recommendation | None] = {}
        # Shards that start at the same time begin with other owners, so that their claims rarely collide.
        missing = random.sample(owners, len(owners))
        while missing:
            claimed_until = self.clock() + KNOWN_FOR
            known = self._known(context, missing)
            shared = {owner: answer for owner in missing if (answer := known.get(owner)) is not None}
            self.telemetry.count(Metric.CACHE_HITS, len(shared))
            unclaimed = [owner for owner in missing if owner not in known]
            called: dict[str, Recommendation | None] = {}
            while unclaimed and self.clock() < claimed_until:
                answered = self._claim_and_call(context, unclaimed, recommend, give_up_at, kept_for)
                if not answered:
                    break
                called |= answered
                unclaimed = [owner for owner in unclaimed if owner not in answered]
            found |= shared | called
            missing = [owner for owner in missing if owner not in found]
            if missing and not called:
                if self.clock() >= give_up_at:
                    return found | dict.fromkeys(missing)
                self.sleep(POLL_SECONDS)
        return found

    def stored(self, context: MatchContext, owners: Sequence[str]) -> dict[str, Recommendation]:
        """Return the recommendations that are stored, by owner; the campaign is not called."""
        return dict(self.cache.stored_recommendations(context.match_id, context.cell, owners, self.clock()))

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
        if not self._claim(context, [owner]):
            return None, False
        answer = call()
        self._keep(context, {owner: answer}, kept_for)
        return answer, True

    def _known(self, context: MatchContext, owners: Sequence[str]) -> Mapping[str, Recommendation | None]:
        return self.cache.find_recommendations(context.match_id, context.cell, owners, self.clock())

    def _claim_and_call(
        self,
        context: MatchContext,
        owners: Sequence[str],
        recommend: Recommend,
        give_up_at: datetime,
        kept_for: timedelta | None,
    ) -> dict[str, Recommendation | None]:
        """Call the campaign for the owners that this shard could claim; leave out the others."""
        claimed = self._claim(context, owners)
        if not claimed:
            return {}
        answers: dict[str, Recommendation | None] = {}
        with ThreadPoolExecutor(len(claimed)) as pool:
            calls = {pool.submit(recommend, owner, give_up_at): owner for owner in claimed}
            waiting = set(calls)
            while waiting:
                done, waiting = wait(waiting, timeout=STORED_AFTER_SECONDS)
                answered = {calls[call]: call.result() for call in done}
                self._keep(context, answered, kept_for)
                answers |= answered
        return answers

    def _claim(self, context: MatchContext, owners: Sequence[str]) -> Sequence[str]:
        if not owners:
            return []
        return self.cache.claim_recommendations(
            context.match_id, context.cell, owners, self.clock(), limit=CONCURRENT_CALLS
        )

    def _keep(
        self,
        context: MatchContext,
        answers: Mapping[str, Recommendation | None],
        kept_for: timedelta | None = None,
    ) -> None:
        """Store the answers of the campaign, and release the claims of those without one."""
        cell = (context.match_id, context.cell)
        unanswered = [owner for owner, answer in answers.items() if answer is None]
        answered = {owner: answer for owner, answer in answers.items() if answer is not None}
        if unanswered:
            self.cache.release_claims(*cell, unanswered)
        if answered:
            usual = CALM_KEPT_FOR if context.is_calm else MOMENT_KEPT_FOR
            self.cache.store_recommendations(*cell, answered, self.clock(), kept_for=kept_for or usual)
