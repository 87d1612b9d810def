"""The delivery to audiences with all of its collaborators in memory."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from domain.audience import Audience, CountedAudience
from domain.cohort import ViewerTraits
from domain.context import MatchContext
from domain.dispatch_task import DispatchTask
from lambdas.logic.audience_delivery import AudienceDelivery
from lambdas.logic.audience_targets import AudienceTargets
from lambdas.logic.document_writer import DocumentWriter
from lambdas.logic.paced_poster import PacedPoster, UnlimitedBudget
from lambdas.logic.ports.connections import ConnectionPoster
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig, dispatch_rig

INVOCATION = timedelta(minutes=1)
MATCH_ID = "turkey-italy"


@dataclass
class AudienceRig:
    """A delivery to audiences, its collaborators, and shortcuts for tests."""

    rig: DispatchRig
    store: fakes.InMemoryAudienceStore
    progress: fakes.InMemoryPublishLedger
    documents: fakes.InMemoryDocuments
    publisher: fakes.RecordingPoster
    delivery: AudienceDelivery

    def join(self, *audiences: Audience, viewers: int = 16) -> None:
        """Have viewers of these audiences join the match."""
        for audience in audiences:
            self.store.add(MATCH_ID, audience, self.rig.clock())
            self.store.count_viewers(MATCH_ID, audience, viewers)

    def name(self, *viewers: ViewerTraits) -> None:
        """Have these viewers asked for by name."""
        for viewer in viewers:
            self.store.add_named(MATCH_ID, viewer, self.rig.clock(), limit=100)

    def tasks(self, context: MatchContext | None = None) -> Sequence[DispatchTask]:
        """Return the tasks of a version, which becomes the newest if it is."""
        version = context or self.rig.context()
        newest = self.rig.matches.contexts.get(MATCH_ID)
        if newest is None or newest.version < version.version:
            self.rig.matches.contexts[MATCH_ID] = version
        targets = AudienceTargets(audiences=self.store, clock=self.rig.clock)
        return targets.tasks(replace(version, earlier=()), {"plannedAt": 1_020})

    def deliver(self, context: MatchContext | None = None) -> None:
        """Plan and deliver a version."""
        for task in self.tasks(context):
            self.delivery.deliver(task, self.rig.clock() + INVOCATION)

    def published(self, audience: Audience) -> list[dict[str, Any]]:
        """Return the messages on an audience's channel."""
        return [json.loads(body) for body in self.publisher.inboxes.get(audience.address(MATCH_ID), [])]

    def document(self, audience: Audience) -> dict[str, Any]:
        """Return an audience's document."""
        document, _ = self.documents.read(audience.address(MATCH_ID))
        assert document is not None
        return document


def fans(team: str = "Italy", **changes: Any) -> Audience:
    """Return an audience of a team's fans, without consents."""
    cohort = builders.a_viewer(team=team).cohort
    return Audience(**{"cohort": cohort, "consents": frozenset[str](), **changes})


def a_task(context: MatchContext, *audiences: Audience, **changes: Any) -> DispatchTask:
    """Return a task for these audiences."""
    counted = tuple(CountedAudience(audience=each, viewers=16) for each in audiences)
    return DispatchTask(
        **{"context": context, "audiences": counted, "viewers": 16, "trace": {"plannedAt": 1}, **changes}
    )


def audience_rig(publisher: ConnectionPoster | None = None) -> AudienceRig:
    """Build the rig: the matches, components and campaign of the dispatch's rig."""
    rig = dispatch_rig()
    progress, documents = fakes.InMemoryPublishLedger(), fakes.InMemoryDocuments()
    recording = fakes.RecordingPoster()
    delivery = AudienceDelivery(
        matches=rig.matches,
        ledger=rig.ledger,
        progress=progress,
        placement_finder=rig.placement_finder,
        publisher=PacedPoster(
            poster=publisher or recording,
            budget=UnlimitedBudget(),
            clock=rig.clock,
            sleep=rig.clock.sleep,
            max_refusals=None,
        ),
        writer=DocumentWriter(documents=documents, telemetry=rig.telemetry, sleep=rig.clock.sleep),
        decisions=rig.decisions,
        preparation=rig.preparation,
        telemetry=rig.telemetry,
        clock=rig.clock,
        joins_per_second=1_500,
    )
    return AudienceRig(
        rig=rig,
        store=fakes.InMemoryAudienceStore(),
        progress=progress,
        documents=documents,
        publisher=recording,
        delivery=delivery,
    )
