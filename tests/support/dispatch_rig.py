"""A dispatcher with all of its collaborators in memory."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.component import Slot
from domain.context import MatchContext, initial_context, merge
from domain.dispatch_task import DispatchTask
from domain.interaction_rate import InteractionRate
from domain.subscription import Subscription
from lambdas.logic.dispatch import Dispatcher
from lambdas.logic.interaction_intake import InteractionIntake
from lambdas.logic.ladder import Ladder
from lambdas.logic.paced_poster import PacedPoster, UnlimitedBudget
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.placement_signature import PlacementVerifier
from lambdas.logic.preparation_requests import PreparationRequests
from lambdas.logic.presence import SubscribedPresence
from lambdas.logic.screen_preparer import ScreenPreparer
from lambdas.logic.shared_recommendations import SharedRecommendations
from lambdas.logic.subscribe import SubscribeService
from tests.support import builders, fakes


@dataclass
class DispatchRig:
    """A dispatcher, its collaborators, and shortcuts for tests."""

    clock: fakes.FrozenClock
    matches: fakes.InMemoryMatchStore
    connections: fakes.InMemoryConnectionStore
    ledger: fakes.InMemoryLedger
    recommender: fakes.ScriptedRecommender
    cache: fakes.InMemoryRecommendationCache
    budget: fakes.FixedBudget
    catalogue: fakes.InMemoryCatalogue
    poster: fakes.RecordingPoster
    decisions: fakes.InMemoryDecisionLog
    telemetry: fakes.RecordedTelemetry
    ladder: Ladder
    placement_finder: PlacementFinder
    preparation_queue: fakes.InMemoryPreparationQueue
    preparation: PreparationRequests
    dispatcher: Dispatcher

    def follow(self, *numbers: int, match_id: str = "turkey-italy", teams: int = 2, **changes: Any) -> None:
        """Subscribe viewers of these numbers; their cohorts alternate between this many teams."""
        for number in numbers:
            self.connections.subscribe(
                Subscription(
                    match_id=match_id,
                    connection_id=f"c{number:05d}",
                    viewer=builders.a_viewer(number, team=f"team-{number % teams}"),
                    expires_at=self.clock() + timedelta(hours=2),
                    **changes,
                )
            )

    def context(self, *moments: Any, match_id: str = "turkey-italy") -> MatchContext:
        """Return the context after these moments."""
        match = self.matches.matches[match_id]
        context = initial_context(match)
        for moment in moments or (builders.a_moment(match_id=match_id),):
            context = merge(context, match, [moment]) or context
        return context

    def dispatch(self, context: MatchContext | None = None) -> None:
        """Dispatch a context to shard 0."""
        newest = context or self.context()
        self.matches.contexts[newest.match_id] = newest
        task = DispatchTask(context=newest, shard=0, trace={"plannedAt": 1_020})
        self.dispatcher.dispatch(task, self.clock() + timedelta(minutes=1))

    def prepare(self, seconds: float = 60) -> None:
        """Process the requests to prepare calm screens, each for at most this time."""
        preparer = ScreenPreparer(
            matches=self.matches,
            ladder=self.ladder,
            queue=self.preparation_queue,
            clock=self.clock,
            sleep=self.clock.sleep,
        )
        tasks, self.preparation_queue.tasks = self.preparation_queue.tasks, []
        for task in tasks:
            preparer.prepare(task, self.clock() + timedelta(seconds=seconds))

    def asked_about_moments(self) -> list[str]:
        """Return the users for whom the campaign was called in a moment."""
        return self._asked(lambda event: event != "none")

    def asked_about_calm(self) -> list[str]:
        """Return the users for whom the campaign was called in a calm context."""
        return self._asked(lambda event: event == "none")

    def calm_calls(self) -> list[tuple[str, Mapping[str, str]]]:
        """Return the users for whom the campaign was called in a calm context, each with its columns."""
        calls = zip(self.recommender.asked, self.recommender.columns, strict=True)
        return [(user_id, columns) for user_id, columns in calls if columns["MATCH_EVENT"] == "none"]

    def _asked(self, matches: Callable[[str], bool]) -> list[str]:
        calls = zip(self.recommender.asked, self.recommender.columns, strict=True)
        return [user_id for user_id, columns in calls if matches(columns["MATCH_EVENT"])]

    def subscribe_service(self) -> SubscribeService:
        """Return the service that answers `subscribe` messages."""
        return SubscribeService(
            connections=self.connections,
            matches=self.matches,
            placement_finder=self.placement_finder,
            preparation=self.preparation,
            telemetry=self.telemetry,
            clock=self.clock,
        )

    def interaction_intake(
        self,
        stream: fakes.InMemoryInteractionStream | None = None,
        *,
        per_second: int = 1_000,
        keys: fakes.FixedPlacementKeys | None = None,
    ) -> InteractionIntake:
        """Return the intake that answers `interact` messages."""
        return InteractionIntake(
            connections=self.connections,
            ledger=self.ledger,
            interactions=stream or fakes.InMemoryInteractionStream(),
            components=fakes.EveryComponent(),
            verifier=PlacementVerifier(keys=keys or fakes.FixedPlacementKeys()),
            telemetry=self.telemetry,
            clock=self.clock,
            rate=InteractionRate(per_second=per_second),
            presence=SubscribedPresence(),
        )

    def inbox(self, number: int) -> list[dict[str, Any]]:
        """Return the messages that the viewer of this number got."""
        return [json.loads(body) for body in self.poster.inboxes.get(f"c{number:05d}", [])]


def dispatch_rig() -> DispatchRig:
    """Build the rig: two matches, three components and a campaign that ranks them."""
    clock = fakes.FrozenClock()
    telemetry = fakes.RecordedTelemetry()
    matches = fakes.InMemoryMatchStore(builders.a_match(), builders.a_match("other-match"))
    connections, ledger = fakes.InMemoryConnectionStore(), fakes.InMemoryLedger()
    catalogue = fakes.InMemoryCatalogue.of(
        builders.a_component("poll", editorial_rank=2),
        builders.a_component("bet", Slot.SIDE_PANEL, categories=frozenset({"betting"})),
        builders.a_component("stats", Slot.SIDE_PANEL, editorial_rank=1),
    )
    recommender = fakes.ScriptedRecommender("bet", "poll", "stats")
    cache, budget = fakes.InMemoryRecommendationCache(), fakes.FixedBudget()
    ladder = Ladder(
        recommender=recommender,
        shared=SharedRecommendations(cache=cache, telemetry=telemetry, clock=clock, sleep=clock.sleep),
        budget=budget,
        catalogue=catalogue,
        telemetry=telemetry,
        clock=clock,
        sleep=clock.sleep,
        viewer_budget=budget,
    )
    placement_finder = PlacementFinder(ladder=ladder, catalogue=catalogue, signer=fakes.a_signer())
    preparation_queue = fakes.InMemoryPreparationQueue()
    preparation = PreparationRequests(queue=preparation_queue, clock=clock)
    poster, decisions = fakes.RecordingPoster(), fakes.InMemoryDecisionLog()
    dispatcher = Dispatcher(
        matches=matches,
        connections=connections,
        ledger=ledger,
        placement_finder=placement_finder,
        poster=PacedPoster(poster=poster, budget=UnlimitedBudget(), clock=clock, sleep=clock.sleep),
        decisions=decisions,
        preparation=preparation,
        telemetry=telemetry,
        clock=clock,
    )
    return DispatchRig(
        clock=clock,
        matches=matches,
        connections=connections,
        ledger=ledger,
        recommender=recommender,
        cache=cache,
        budget=budget,
        catalogue=catalogue,
        poster=poster,
        decisions=decisions,
        telemetry=telemetry,
        ladder=ladder,
        placement_finder=placement_finder,
        preparation_queue=preparation_queue,
        preparation=preparation,
        dispatcher=dispatcher,
    )
