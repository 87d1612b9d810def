"""In-memory fakes of the ports of `lambdas.logic`."""

from tests.support.fakes.catalogue import (
    EveryComponent,
    InMemoryCatalogue,
    InMemoryCatalogueStore,
    InMemoryFiles,
)
from tests.support.fakes.connections import (
    InMemoryConnectionStore,
    InMemoryLedger,
    Killed,
    RecordingPoster,
)
from tests.support.fakes.control_room import InMemoryAuditLog, InMemoryMatchLog, InMemoryMomentTopic
from tests.support.fakes.matches import InMemoryAnnouncements, InMemoryMatchStore
from tests.support.fakes.observability import FrozenClock, RecordedTelemetry
from tests.support.fakes.recommendations import (
    FixedBudget,
    InMemoryDecisionLog,
    InMemoryPreparationQueue,
    InMemoryRecommendationCache,
    ScriptedRecommender,
)
from tests.support.fakes.streams import (
    InMemoryDeadLetters,
    InMemoryDispatchQueue,
    InMemoryEventTracker,
    InMemoryInteractionStream,
    InMemorySignalStream,
)
from tests.support.fakes.throttling import ThrottlingPoster, WindowBudget

__all__ = [
    "EveryComponent",
    "FixedBudget",
    "FrozenClock",
    "InMemoryAnnouncements",
    "InMemoryAuditLog",
    "InMemoryCatalogue",
    "InMemoryCatalogueStore",
    "InMemoryConnectionStore",
    "InMemoryDeadLetters",
    "InMemoryDecisionLog",
    "InMemoryDispatchQueue",
    "InMemoryEventTracker",
    "InMemoryFiles",
    "InMemoryInteractionStream",
    "InMemoryLedger",
    "InMemoryMatchLog",
    "InMemoryMatchStore",
    "InMemoryMomentTopic",
    "InMemoryPreparationQueue",
    "InMemoryRecommendationCache",
    "InMemorySignalStream",
    "Killed",
    "RecordedTelemetry",
    "RecordingPoster",
    "ScriptedRecommender",
    "ThrottlingPoster",
    "WindowBudget",
]
