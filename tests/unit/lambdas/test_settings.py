"""Settings: typed values from the environment; a missing or invalid variable is named."""

from dataclasses import FrozenInstanceError

import pytest

from domain.errors import SettingError
from domain.recommendation_mode import RecommendationMode
from lambdas.environment import read_settings
from lambdas.settings import (
    CatalogueSettings,
    RecommendationSettings,
    ShardSettings,
    SignalStreamSettings,
    SocketSettings,
)


def test_the_error_names_a_missing_variable() -> None:
    with pytest.raises(SettingError, match="SIGNALS_STREAM_NAME: expected a value"):
        read_settings(SignalStreamSettings, {})


def test_the_error_names_an_invalid_variable() -> None:
    with pytest.raises(SettingError, match="CONNECTION_SHARDS"):
        read_settings(ShardSettings, {"CONNECTION_SHARDS": "many"})


def test_an_unknown_recommendation_mode_is_refused() -> None:
    environment = {"CAMPAIGN_TRANSACTIONS_PER_SECOND": "40", "RECOMMENDATION_MODE": "everyone"}
    with pytest.raises(SettingError, match="RECOMMENDATION_MODE"):
        read_settings(RecommendationSettings, environment)


def test_settings_are_typed() -> None:
    environment = {"CAMPAIGN_TRANSACTIONS_PER_SECOND": "40", "RECOMMENDATION_MODE": "viewer"}
    settings = read_settings(RecommendationSettings, environment)
    assert settings.campaign_transactions_per_second == 40
    assert settings.recommendation_mode is RecommendationMode.VIEWER
    assert settings.is_per_viewer


def test_settings_have_defaults() -> None:
    assert read_settings(SocketSettings, {"WEBSOCKET_ENDPOINT": "https://api.example"}).post_concurrency == 64


def test_settings_that_extend_others_have_their_fields_and_cannot_change() -> None:
    environment = {"COMPONENTS_TABLE_NAME": "components", "CONSTRAINTS_TABLE_NAME": "constraints"}
    settings = read_settings(CatalogueSettings, environment)
    assert (settings.components_table_name, settings.constraints_table_name) == ("components", "constraints")
    with pytest.raises(FrozenInstanceError):
        settings.components_table_name = "others"  # type: ignore[misc]
