"""Settings of the service, from its environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import SettingError

JETSTREAM_URL = "wss://jetstream2.us-east.bsky.network/subscribe"
X_URL = "https://api.x.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The stream to write to, the parameters of the operators, the source and the sentiment judge."""

    signals_stream_name: str
    switch_parameter_name: str
    watch_list_parameter_name: str
    metrics_namespace: str
    source: str
    source_url: str
    sentiment: str
    bearer_token_secret_arn: str | None = None
    control_seconds: float = 15.0

    @staticmethod
    def from_environment(environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; raises SettingError that names a missing or invalid variable."""
        given = os.environ if environment is None else environment
        source = _required(given, "SOURCE")
        if source not in ("bluesky", "x"):
            raise SettingError("SOURCE", "bluesky or x", source)
        sentiment = _required(given, "SENTIMENT")
        if sentiment not in ("lexicon", "comprehend"):
            raise SettingError("SENTIMENT", "lexicon or comprehend", sentiment)
        return Settings(
            signals_stream_name=_required(given, "SIGNALS_STREAM_NAME"),
            switch_parameter_name=_required(given, "SWITCH_PARAMETER_NAME"),
            watch_list_parameter_name=_required(given, "WATCH_LIST_PARAMETER_NAME"),
            metrics_namespace=_required(given, "METRICS_NAMESPACE"),
            source=source,
            sentiment=sentiment,
            source_url=given.get("SOURCE_URL") or (JETSTREAM_URL if source == "bluesky" else X_URL),
            bearer_token_secret_arn=_required(given, "BEARER_TOKEN_SECRET_ARN") if source == "x" else None,
        )


def _required(given: Mapping[str, str], name: str) -> str:
    value = given.get(name)
    if not value:
        raise SettingError(name, "a value", value)
    return value
