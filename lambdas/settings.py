"""The environment of each function as a frozen class; what is missing fails and names itself."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

from domain.errors import SettingError
from domain.recommendation_mode import RecommendationMode

T = TypeVar("T")


def read_settings(kind: type[T], environment: Mapping[str, str] | None = None) -> T:
    """Fill a settings class from the environment: the field `matches_table_name` from MATCHES_TABLE_NAME."""
    source = os.environ if environment is None else environment
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for entry in fields(kind):  # type: ignore[arg-type]
        name = entry.name.upper()
        text = source.get(name)
        if text is not None and text != "":
            values[entry.name] = _convert(name, text, hints[entry.name])
        elif entry.default is MISSING:
            raise SettingError(name, f"a value ({hints[entry.name].__name__})", text)
    return kind(**values)


def _convert(name: str, text: str, kind: type) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise SettingError(name, f"a value ({kind.__name__})", text) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestFeedSettings:
    """What `ingest_feed` needs."""

    signals_stream_name: str
    matches_table_name: str
    announcements_queue_url: str
    feed_keys_secret_arn: str
    dead_letters_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCatalogueSettings:
    """What `load_catalogue` needs."""

    components_table_name: str
    constraints_table_name: str
    curated_bucket_name: str
    dead_letters_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildContextSettings:
    """What `build_context` needs."""

    matches_table_name: str
    dead_letters_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDispatchSettings:
    """What `plan_dispatch` needs."""

    dispatch_queue_url: str
    connection_shards: int
    dead_letters_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationSettings:
    """What every function that recommends needs."""

    connections_table_name: str
    components_table_name: str
    constraints_table_name: str
    matches_table_name: str
    campaign_arn: str
    campaign_transactions_per_second: int
    recommendation_mode: RecommendationMode
    experiment_season: str
    experiment_holdout_share: float
    experiment_trial_share: float

    @property
    def is_per_viewer(self) -> bool:
        """Whether each viewer is asked for by name."""
        return self.recommendation_mode is RecommendationMode.VIEWER


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchComponentsSettings(RecommendationSettings):
    """What `dispatch_components` needs."""

    websocket_endpoint: str
    decisions_stream_name: str
    night_table_name: str
    dead_letters_queue_url: str
    post_concurrency: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeSettings(RecommendationSettings):
    """What `subscribe` needs."""

    connection_shards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizeConnectionSettings:
    """What `authorize_connection` needs."""

    token_issuer: str
    token_audience: str
    jwks_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """What `connect` and `disconnect` need."""

    connections_table_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionSettings:
    """What `unsubscribe` and `sync` need."""

    connections_table_name: str
    connection_shards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractSettings:
    """What `interact` needs."""

    components_table_name: str
    connections_table_name: str
    connection_shards: int
    interactions_stream_name: str
    experiment_season: str
    experiment_holdout_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInteractionsSettings:
    """What `record_interactions` needs."""

    tracking_id: str
    dead_letters_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTranscriptionSettings:
    """What `finish_transcription` needs: the channel's sampling dates the samples that it names."""

    signals_stream_name: str
    dead_letters_queue_url: str
    frame_interval_seconds: float
    audio_segment_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyseMediaSettings(FinishTranscriptionSettings):
    """What `analyse_media` needs: how often each analyser looks; 0 is never."""

    scoreboard_every_seconds: float
    scene_every_seconds: float
    people_every_seconds: float
    speech_every_seconds: float
    speech_language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCampaignCapacitySettings:
    """What `set_campaign_capacity` needs."""

    campaign_arn: str
    schedule_group_name: str
    schedule_role_arn: str
    resting_transactions_per_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleKickOffSettings:
    """What `schedule_kick_off` needs."""

    schedule_group_name: str
    schedule_role_arn: str
    capacity_function_arn: str
    match_transactions_per_second: int
    dead_letters_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchesSettings:
    """Where matches, contexts and controls are."""

    matches_table_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """Where the audit log is, and for how long its lines are kept."""

    audit_table_name: str
    audit_retention_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLogSettings:
    """Where the night is."""

    night_table_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSettings:
    """Where the catalogue is."""

    components_table_name: str
    constraints_table_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperateSettings:
    """What `operate` needs beside the tables."""

    moments_topic_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFeedSettings:
    """What tells operators needs."""

    connections_table_name: str
    websocket_endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """What `watch` needs beside the tables: the queues of dead letters as `name=url`, one after another."""

    dead_letter_queues: str

    def queue_urls(self) -> dict[str, str]:
        """The queues' addresses by their names."""
        return dict(entry.split("=", 1) for entry in self.dead_letter_queues.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNightSettings:
    """What `record_night` needs beside the tables."""

    dead_letters_queue_url: str
