"""Settings of the functions, one class per resource; a function reads those of the resources it uses."""

from domain.recommendation_mode import RecommendationMode
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
class SignalStreamSettings:
    """The stream of signals."""

    signals_stream_name: str


@settings
class InteractionStreamSettings:
    """The stream of interactions."""

    interactions_stream_name: str


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
class TokenSettings:
    """The issuer of viewers' and operators' tokens."""

    token_issuer: str
    token_audience: str
    jwks_uri: str


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
class EventTrackerSettings:
    """Personalize's event tracker."""

    tracking_id: str


@settings
class CapacityScheduleSettings:
    """EventBridge Scheduler's group for changes of capacity, and the role that makes them."""

    schedule_group_name: str
    schedule_role_arn: str


@settings
class MatchCapacitySettings:
    """The capacity during a match, and the function that sets it; 0 environments leave the dispatch alone."""

    capacity_function_arn: str
    match_transactions_per_second: int
    match_dispatch_environments: int = 0


@settings
class DispatchAliasSettings:
    """The alias of `dispatch_components` whose environments are kept ready; empty if none are."""

    dispatch_alias_arn: str = ""


@settings
class RestingCapacitySettings:
    """The campaign's capacity when no match is on."""

    resting_transactions_per_second: int


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
class AuditSettings:
    """The table of the audit log, and how long its lines are kept."""

    audit_table_name: str
    audit_retention_days: int


@settings
class MatchLogSettings:
    """The table of the match log, deployed as `Night`."""

    night_table_name: str
