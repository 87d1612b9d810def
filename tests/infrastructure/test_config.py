"""Tests of the stage configuration and its overrides."""

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App

from app import config_from_context
from stacks.config import AdoptedDatasets, Exploration, GatewayQuota, TokenIssuer, stage_config
from stacks.errors import StageConfigError


def test_the_context_selects_a_stage() -> None:
    for stage in ("development", "production"):
        assert config_from_context(App(context={"stage": stage})) == stage_config(stage)


def test_the_context_overrides_settings_of_the_stage() -> None:
    # GIVEN a context with every override
    group = "arn:aws:personalize:eu-west-1:123456789012:dataset-group/ours"
    context = {
        "stage": "development",
        "alarm_email": "night@example.com",
        "crowd_source": "x",
        "crowd_sentiment": "comprehend",
        "dataset_group_arn": group,
        "tracking_id": "known",
        "token_issuer": "https://issuer.example",
        "token_audience": "app",
        "jwks_uri": "https://issuer.example/keys",
    }
    # WHEN the configuration is read
    config = config_from_context(App(context={**context, "gateway_requests_per_second": "20000"}))
    # THEN each setting has the value of the context
    assert config.alarm_email == "night@example.com"
    assert (config.crowd.source, config.crowd.sentiment) == ("x", "comprehend")
    assert config.gateway.environment == {"POSTS_PER_SECOND": "18000", "POST_BURST": "5000"}
    assert config.personalize.adopted == AdoptedDatasets(dataset_group_arn=group, tracking_id="known")
    assert config.token_issuer == TokenIssuer(
        issuer="https://issuer.example", audience="app", jwks_uri="https://issuer.example/keys"
    )


def test_an_unknown_stage_is_rejected() -> None:
    with pytest.raises(StageConfigError, match="stage: expected one of development, production; got 'test'"):
        stage_config("test")


def test_production_retains_and_protects_more_than_development() -> None:
    development, production = stage_config("development"), stage_config("production")
    assert (development.retain_data, production.retain_data) == (False, True)
    assert (development.termination_protection, production.termination_protection) == (False, True)
    assert (development.log_level, production.log_level) == ("DEBUG", "INFO")
    assert development.log_retention_days < production.log_retention_days
    assert (
        development.personalize.match_transactions_per_second
        < production.personalize.match_transactions_per_second
    )


@pytest.mark.parametrize("days", [0, 10, 400, -7])
def test_a_log_retention_that_cloudwatch_does_not_support_is_rejected(days: int) -> None:
    with pytest.raises(
        StageConfigError, match=f"log_retention_days: expected one of 7, 30, 90, 365; got {days}"
    ):
        replace(stage_config("development"), log_retention_days=days)


def test_exploration_is_rejected_with_the_v2_recipe() -> None:
    personalize = stage_config("development").personalize
    with pytest.raises(StageConfigError, match=r"personalize\.exploration: expected None with the recipe"):
        replace(personalize, recipe="aws-user-personalization-v2")
    second = replace(personalize, recipe="aws-user-personalization-v2", exploration=None)
    assert second.recipe == "aws-user-personalization-v2"


@pytest.mark.parametrize(
    ("field", "value"),
    [("recipe", "aws-sims"), ("match_transactions_per_second", 501), ("match_transactions_per_second", 0)],
)
def test_invalid_personalize_settings_are_rejected_at_synthesis(field: str, value: Any) -> None:
    with pytest.raises(StageConfigError, match=rf"personalize\.{field}"):
        replace(stage_config("development").personalize, **{field: value})


def test_an_exploration_weight_above_one_is_rejected() -> None:
    with pytest.raises(StageConfigError, match="a number from 0 to 1"):
        Exploration(weight=1.5)


def test_an_arn_of_another_kind_is_rejected_as_a_dataset_group() -> None:
    with pytest.raises(StageConfigError, match=r"personalize\.adopted\.dataset_group_arn"):
        AdoptedDatasets(dataset_group_arn="arn:aws:personalize:eu-west-1:123456789012:solution/ours")


def test_a_region_with_a_small_quota_of_requests_gets_it_unless_the_stage_has_its_own() -> None:
    app = App(context={"stage": "production"})
    assert config_from_context(app, region="eu-west-1").gateway == GatewayQuota()
    small = config_from_context(app, region="eu-south-1").gateway
    assert small.environment == {"POSTS_PER_SECOND": "2250", "POST_BURST": "1250"}
    raised = GatewayQuota(requests_per_second=8_000, burst=4_000)
    assert raised.in_region("eu-south-1") == raised


@pytest.mark.parametrize(
    ("field", "value"), [("requests_per_second", 0), ("burst", 0), ("inbound_share", 1.0)]
)
def test_an_invalid_quota_of_requests_is_rejected(field: str, value: Any) -> None:
    with pytest.raises(StageConfigError, match=rf"gateway\.{field}: expected"):
        replace(GatewayQuota(), **{field: value})


@pytest.mark.parametrize(("shards", "pollers"), [(1, 2), (20, 2), (21, 3), (64, 7), (100, 10)])
def test_there_is_a_poller_for_each_ten_shards(shards: int, pollers: int) -> None:
    assert replace(stage_config("production"), connection_shards=shards).min_dispatch_pollers == pollers


@pytest.mark.parametrize(
    ("shards", "concurrency", "field"),
    [(64, 69, "dispatch_concurrency"), (2_001, 3_000, "connection_shards")],
)
def test_pollers_that_cannot_take_a_task_of_every_shard_are_rejected(
    shards: int, concurrency: int, field: str
) -> None:
    with pytest.raises(StageConfigError, match=rf"{field}: expected at (least|most) \d+ with provisioned"):
        replace(stage_config("production"), connection_shards=shards, dispatch_concurrency=concurrency)


@pytest.mark.parametrize("environments", [0, 121])
def test_environments_that_are_not_reserved_cannot_be_kept_ready(environments: int) -> None:
    with pytest.raises(StageConfigError, match=r"dispatch_match_environments: expected from 1 to"):
        replace(stage_config("production"), dispatch_match_environments=environments)
