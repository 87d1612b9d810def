"""In-memory fakes of the ports of `lambdas.logic`."""

from tests.support.fakes.audiences import (
    InMemoryAudienceStore,
    InMemoryDocuments,
    InMemoryPublishLedger,
)
from tests.support.fakes.capacity import InMemoryCapacityWindows, InstantDispatch, SlowCampaign
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
from tests.support.fakes.control_room import (
    InMemoryAuditLog,
    InMemoryMatchLog,
    InMemoryMomentTopic,
    InMemoryOperatorDirectory,
)
from tests.support.fakes.matches import InMemoryAnnouncements, InMemoryMatchStore
from tests.support.fakes.observability import FrozenClock, RecordedTelemetry
from tests.support.fakes.placement_keys import FixedPlacementKeys, a_signature, a_signer
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
    "FixedPlacementKeys",
    "FrozenClock",
    "InMemoryAnnouncements",
    "InMemoryAudienceStore",
    "InMemoryAuditLog",
    "InMemoryCapacityWindows",
    "InMemoryCatalogue",
    "InMemoryCatalogueStore",
    "InMemoryConnectionStore",
    "InMemoryDeadLetters",
    "InMemoryDecisionLog",
    "InMemoryDispatchQueue",
    "InMemoryDocuments",
    "InMemoryEventTracker",
    "InMemoryFiles",
    "InMemoryInteractionStream",
    "InMemoryLedger",
    "InMemoryMatchLog",
    "InMemoryMatchStore",
    "InMemoryMomentTopic",
    "InMemoryOperatorDirectory",
    "InMemoryPreparationQueue",
    "InMemoryPublishLedger",
    "InMemoryRecommendationCache",
    "InMemorySignalStream",
    "InstantDispatch",
    "Killed",
    "RecordedTelemetry",
    "RecordingPoster",
    "ScriptedRecommender",
    "SlowCampaign",
    "ThrottlingPoster",
    "WindowBudget",
    "a_signature",
    "a_signer",
]
