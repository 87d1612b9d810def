"""Settings of the functions, one class per resource; a function reads those of the resources it uses."""

from domain.delivery_mode import DeliveryMode
from domain.recommendation_mode import RecommendationMode
from domain.registry import CONTEXT_REGISTRY
from lambdas.environment import settings


@settings
class MatchSettings:
    """The table of matches, contexts and controls."""

    matches_table_name: str


@settings
class ComponentSettings:
    """The table of components and popularity."""

    components_table_name: str


@settings
class CatalogueSettings(ComponentSettings):
    """The tables of components and constraints."""

    constraints_table_name: str


@settings
class CuratedSettings:
    """The bucket of curated files."""

    curated_bucket_name: str


@settings
class ImportSettings(CuratedSettings):
    """Where the raw clickstream and the dataset made of it are."""

    raw_bucket_name: str
    clickstream_prefix: str
    dataset_prefix: str


@settings
class ConnectionSettings:
    """The table of connections."""

    connections_table_name: str


@settings
class ShardSettings:
    """The number of shards of a match's subscriptions."""

    connection_shards: int


@settings
class SocketSettings:
    """The WebSocket API, and how many posts to connections run at the same time."""

    websocket_endpoint: str
    post_concurrency: int = 64


@settings
class PostRateSettings:
    """The rate of posts to viewers' connections that all functions share, and how many may come at once."""

    posts_per_second: int
    post_burst: int


@settings
class DeliverySettings:
    """How the stage delivers messages to viewers."""

    delivery_mode: DeliveryMode


@settings
class ChannelSettings:
    """The URL of the Event API of AppSync to which messages are published."""

    events_url: str


@settings
class DocumentSettings:
    """The bucket of the audiences' documents."""

    documents_bucket_name: str


@settings
class DocumentKeySettings:
    """The secret with the private key that signs links to documents."""

    document_key_secret_arn: str


@settings
class DocumentLinkSettings(DocumentKeySettings):
    """The origin that serves the documents, and the key pair that signs links to them."""

    documents_url: str
    document_key_pair_id: str


@settings
class JoinSettings:
    """How many apps may join a match in a second."""

    joins_per_second: int


@settings
class NamedViewerSettings:
    """How many viewers of a match are asked for by name."""

    named_viewers: int


@settings
class ImpressionSettings:
    """The share of impressions that apps report."""

    impression_share: float


@settings
class DeadLetterSettings:
    """The queue of records that cannot be processed."""

    dead_letters_queue_url: str


@settings
class DeadLetterQueuesSettings:
    """Every dead-letter queue of the system, as `name=url` separated by spaces."""

    dead_letter_queues: str

    @property
    def urls(self) -> dict[str, str]:
        """URLs by queue name."""
        return dict(entry.split("=", 1) for entry in self.dead_letter_queues.split())


@settings
class DispatchQueueSettings:
    """The queue of dispatch tasks."""

    dispatch_queue_url: str


@settings
class MomentsQueueSettings:
    """The queue of Moments."""

    moments_queue_url: str


@settings
class SignalStreamSettings:
    """The stream of signals."""

    signals_stream_name: str


@settings
class InteractionStreamSettings:
    """The stream of interactions."""

    interactions_stream_name: str


@settings
class InteractionRateSettings:
    """How many interactions a connection may report a second."""

    interactions_per_second: int


@settings
class SocketLimitSettings:
    """How many connections a viewer may have."""

    sockets_per_viewer: int


@settings
class DecisionStreamSettings:
    """Firehose's delivery stream of decisions."""

    decisions_stream_name: str


@settings
class AnnouncementSettings:
    """The queue of announced matches."""

    announcements_queue_url: str


@settings
class FeedKeySettings:
    """The secret with the feed providers' keys."""

    feed_keys_secret_arn: str


@settings
class PlacementKeySettings:
    """The secret with which placements are signed."""

    placement_key_secret_arn: str


@settings
class KeyLengthSettings:
    """The length of a new key of placements."""

    key_length: int


@settings
class TokenSettings:
    """The issuers of viewers' and of operators' tokens."""

    token_issuer: str
    token_audience: str
    jwks_uri: str
    operator_token_issuer: str
    operator_token_audience: str
    operator_jwks_uri: str


@settings
class OperatorPoolSettings:
    """The user pool of operators."""

    operator_pool_id: str


@settings
class CampaignSettings:
    """The Personalize campaign."""

    campaign_arn: str


@settings
class PreparationQueueSettings:
    """The queue of rankings to prepare."""

    preparation_queue_url: str


@settings
class RecommendationSettings:
    """The transaction rate of the campaign, and how it is used."""

    campaign_transactions_per_second: int
    recommendation_mode: RecommendationMode

    @property
    def is_per_viewer(self) -> bool:
        """True if the campaign is called for every viewer, as far as the rate allows."""
        return self.recommendation_mode is RecommendationMode.VIEWER


@settings
class HoldoutSettings:
    """The season, and the share of its viewers in the holdout group."""

    experiment_season: str
    experiment_holdout_share: float


@settings
class TrialSettings:
    """The share of slots that try another component."""

    experiment_trial_share: float


@settings
class ContextSettings:
    """The context columns that the dataset group knows, separated by spaces."""

    context_columns: str = " ".join(CONTEXT_REGISTRY.names)

    @property
    def names(self) -> frozenset[str]:
        """The names of the columns."""
        return frozenset(self.context_columns.split())


@settings
class EventTrackerSettings:
    """Personalize's event tracker, and how many calls it takes a second from all functions."""

    tracking_id: str
    event_calls_per_second: int


@settings
class CapacitySettings:
    """The campaign's rate between and during matches, and the environments of the dispatch during matches.

    The alias of `dispatch_components` is empty if no environments are kept ready.
    """

    resting_transactions_per_second: int
    match_transactions_per_second: int
    match_dispatch_environments: int = 0
    max_dispatch_environments: int = 0
    dispatch_alias_arn: str = ""


@settings
class SamplingSettings:
    """The intervals at which the channel samples the broadcast."""

    frame_interval_seconds: float
    audio_segment_seconds: float


@settings
class AnalyserSettings:
    """How often each analyser runs; 0 turns it off."""

    scoreboard_every_seconds: float
    scene_every_seconds: float
    people_every_seconds: float
    speech_every_seconds: float
    speech_language: str


@settings
class MomentTopicSettings:
    """The topic of moments."""

    moments_topic_arn: str


@settings
class AuditTableSettings:
    """The table of the audit log."""

    audit_table_name: str


@settings
class AuditSettings(AuditTableSettings):
    """The table of the audit log, and how long its lines are kept."""

    audit_retention_days: int


@settings
class MatchLogSettings:
    """The table of the match log, deployed as `Night`."""

    night_table_name: str


@settings
class PrivacySettings:
    """What requests for erasure and export use: a bucket, the user pool, and what expires by itself.

    `ages_out` has the hours after which what cannot be erased expires, as `store=hours` separated by spaces.
    """

    privacy_bucket_name: str
    user_pool_id: str
    ages_out: str

    @property
    def hours_by_store(self) -> dict[str, int]:
        """Hours by store."""
        return {name: int(hours) for name, hours in (entry.split("=", 1) for entry in self.ages_out.split())}
