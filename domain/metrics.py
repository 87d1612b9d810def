"""Names of CloudWatch metrics: functions emit them; dashboards, alarms and the replay read them."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.audit import Outcome
    from domain.interaction import InteractionType
    from domain.placement import Rung

NAMESPACE = "Touchline"
"""The beginning of every namespace: that of a stage is `Touchline/<stage>`."""
SERVICE_DIMENSION = "service"
"""The dimension that holds the name of the function that emitted a metric."""
SHARED_SERVICE = "touchline"
"""Stands for the function's name in metrics that all functions share."""

CROWD_SOURCE_SERVICE = "crowd_source"
"""Stands for a function's name in the metrics of the crowd source."""


def namespace_of(stage: str) -> str:
    """Return the namespace of a stage's metrics: stages that share an account must not mix their alarms."""
    return f"{NAMESPACE}/{stage}"


class Metric(StrEnum):
    """Counters, each summed over an invocation."""

    # Every function.
    CATALOGUE_STALE = "CatalogueStale"
    COLD_START = "ColdStart"
    REJECTED = "Rejected"
    PLACEMENT_KEYS_UNREADABLE = "PlacementKeysUnreadable"
    RECORDS_FAILED = "RecordsFailed"
    RECORDS_REPEATED = "RecordsRepeated"
    STORED_ROWS_UNREADABLE = "StoredRowsUnreadable"
    # Feeds, the crowd source and the live-stream analyser.
    DEAD_LETTERS_LOST = "DeadLettersLost"
    ANALYSER_REFUSED = "AnalyserRefused"
    CROWD_SOURCE_HEALTHY = "CrowdSourceHealthy"
    FEEDS_REFUSED = "FeedsRefused"
    KICK_OFFS_PLANNED = "KickOffsPlanned"
    OBSERVATIONS = "Observations"
    SIGNALS_ACCEPTED = "SignalsAccepted"
    # The campaign's and the dispatch's capacity: one for each run that finds what the matches need.
    CAPACITY_REACHED = "CapacityReached"
    # Context.
    CONTEXT_CONFLICTS = "ContextConflicts"
    CONTEXT_VERSIONS = "ContextVersions"
    MOMENTS_HELD = "MomentsHeld"
    MOMENTS_IGNORED = "MomentsIgnored"
    # Dispatch.
    COMPONENTS_LEFT_OUT = "ComponentsLeftOut"
    DECISIONS_LOST = "DecisionsLost"
    DISPATCH_TASKS = "DispatchTasks"
    DISPATCHES_EXPIRED = "DispatchesExpired"
    DISPATCHES_SUPERSEDED = "DispatchesSuperseded"
    FAILED = "Failed"
    GONE = "Gone"
    MATCH_LOG_ENTRIES_LOST = "MatchLogEntriesLost"
    POST_RETRIES = "PostRetries"
    POSTS_OWED = "PostsOwed"
    POSTS_THROTTLED = "PostsThrottled"
    POSTS_UNREAD = "PostsUnread"
    SENT = "Sent"
    SENT_WITHOUT_RECOMMENDER = "SentWithoutRecommender"
    # Broadcast: publishes to audiences, their documents, and viewers who join.
    CHANNELS_REFUSED = "ChannelsRefused"
    DOCUMENTS_FAILED = "DocumentsFailed"
    DOCUMENTS_WRITTEN = "DocumentsWritten"
    LIMITS_EXCEEDED = "LimitsExceeded"
    PASSES_ISSUED = "PassesIssued"
    PASSES_REFUSED = "PassesRefused"
    PUBLISHED = "Published"
    PUBLISHES_FAILED = "PublishesFailed"
    PUBLISHES_THROTTLED = "PublishesThrottled"
    # Recommendations.
    BUDGET_EXHAUSTED = "BudgetExhausted"
    CACHE_HITS = "CacheHits"
    CAMPAIGN_MISSING = "CampaignMissing"
    PREPARATIONS_LOST = "PreparationsLost"
    RECOMMENDER_CALLS = "RecommenderCalls"
    RECOMMENDER_FAILED = "RecommenderFailed"
    THROTTLED = "Throttled"
    RUNG_VIEWER = "RungViewer"
    RUNG_COHORT = "RungCohort"
    RUNG_POPULARITY = "RungPopularity"
    RUNG_EDITORIAL = "RungEditorial"
    RUNG_KEEP = "RungKeep"
    CALM_RUNG_VIEWER = "CalmRungViewer"
    CALM_RUNG_COHORT = "CalmRungCohort"
    CALM_RUNG_POPULARITY = "CalmRungPopularity"
    CALM_RUNG_EDITORIAL = "CalmRungEditorial"
    CALM_RUNG_KEEP = "CalmRungKeep"
    # WebSocket messages.
    AUTHORIZATIONS_FAILED = "AuthorizationsFailed"
    CONNECTIONS_REFUSED = "ConnectionsRefused"
    CONNECTIONS_TOO_MANY = "ConnectionsTooMany"
    MESSAGES_FAILED = "MessagesFailed"
    MESSAGES_REFUSED = "MessagesRefused"
    SNAPSHOTS = "Snapshots"
    VERSIONS_CAUGHT_UP = "VersionsCaughtUp"
    VERSIONS_MISSED = "VersionsMissed"
    # Interactions.
    EVENTS_RECORDED = "EventsRecorded"
    EVENTS_REFUSED = "EventsRefused"
    IMPRESSIONS_LEFT_OUT = "ImpressionsLeftOut"
    INTERACTIONS_CLICK = "InteractionsClick"
    INTERACTIONS_CONVERSION = "InteractionsConversion"
    INTERACTIONS_DISMISSAL = "InteractionsDismissal"
    INTERACTIONS_EXPIRED = "InteractionsExpired"
    INTERACTIONS_IMPRESSION = "InteractionsImpression"
    INTERACTIONS_NOT_PLACED = "InteractionsNotPlaced"
    INTERACTIONS_NOT_SHOWN = "InteractionsNotShown"
    INTERACTIONS_REFUSED = "InteractionsRefused"
    INTERACTIONS_TOO_MANY = "InteractionsTooMany"
    INTERACTIONS_WATCH = "InteractionsWatch"
    # The control room.
    OPERATIONS_DONE = "OperationsDone"
    OPERATIONS_FORBIDDEN = "OperationsForbidden"
    OPERATIONS_REFUSED = "OperationsRefused"

    @staticmethod
    def of_rung(rung: "Rung") -> "Metric":
        """The counter of viewers who were served from this rung."""
        return Metric(f"Rung{rung.value.capitalize()}")

    @staticmethod
    def of_calm_rung(rung: "Rung") -> "Metric":
        """The counter of viewers whose calm screen, after a moment, was ranked by this rung."""
        return Metric(f"CalmRung{rung.value.capitalize()}")

    @staticmethod
    def of_interaction(kind: "InteractionType") -> "Metric":
        """The counter of interactions of this type."""
        return Metric(f"Interactions{kind.value.capitalize()}")

    @staticmethod
    def of_operation(outcome: "Outcome") -> "Metric":
        """The counter of operators' commands with this outcome, DONE or REFUSED."""
        return Metric(f"Operations{outcome.value.capitalize()}")


SHARED = frozenset(
    {
        Metric.CATALOGUE_STALE,
        Metric.COMPONENTS_LEFT_OUT,
        Metric.MESSAGES_FAILED,
        Metric.PLACEMENT_KEYS_UNREADABLE,
        Metric.STORED_ROWS_UNREADABLE,
    }
)
"""Faults that any function may count, and one alarm watches; the log names the function.

An alarm's expression takes ten metrics at most, so all functions emit these under one name and dimension.
"""


class Step(StrEnum):
    """Steps from a signal to the screens; each has a latency metric in milliseconds."""

    DETECT = "detect"
    CONTEXT = "context"
    PLAN = "plan"
    RECOMMEND = "recommend"
    POST = "post"

    @property
    def latency_metric(self) -> str:
        """Name of the step's latency metric, such as `DetectLatency`."""
        return f"{self.value.capitalize()}Latency"
