"""Tests of the stage configuration and its overrides."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest
from aws_cdk import App

from app import config_from_context
from domain.delivery_mode import DeliveryMode
from local.twin.provision.resource_schemas import regions_with
from stacks.config import (
    PERSONALIZE_REGIONS,
    AdoptedDatasets,
    DataKey,
    DatasetSettings,
    DeliveryConfig,
    Exploration,
    GatewayQuota,
    ImportMode,
    MediaConfig,
    SolutionSettings,
    StageConfig,
    TokenIssuer,
    ViewerMail,
    stage_config,
)
from stacks.errors import StageConfigError

GROUP = "arn:aws:personalize:eu-west-1:123456789012:dataset-group/ours"
KEY = DataKey(arn="arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")


def test_the_context_selects_a_stage() -> None:
    for stage in ("development", "production"):
        assert config_from_context(App(context={"stage": stage})) == stage_config(stage)


def test_the_context_overrides_settings_of_the_stage() -> None:
    # GIVEN a context with every override
    context = {
        "stage": "development",
        "alarm_email": "night@example.com",
        "crowd_source": "x",
        "crowd_sentiment": "comprehend",
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
    assert config.token_issuer == TokenIssuer(
        issuer="https://issuer.example", audience="app", jwks_uri="https://issuer.example/keys"
    )


def test_the_context_selects_the_delivery_mode() -> None:
    assert stage_config("production").delivery.mode is DeliveryMode.CONNECTIONS
    for mode in DeliveryMode:
        config = config_from_context(App(context={"stage": "production", "delivery": mode.value}))
        assert config.delivery.is_broadcast is (mode is DeliveryMode.BROADCAST)
    with pytest.raises(StageConfigError, match="delivery: expected one of connections, broadcast; got 'sms'"):
        config_from_context(App(context={"stage": "production", "delivery": "sms"}))


@pytest.mark.parametrize(("viewers", "seconds"), [(1, 1), (1_500, 1), (1_501, 2), (1_000_000, 667)])
def test_apps_spread_their_arrival_over_the_time_that_all_need(viewers: int, seconds: int) -> None:
    config = DeliveryConfig(expected_viewers=viewers, joins_per_second=1_500)
    assert config.join_within_seconds == seconds


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("expected_viewers", 0), ("joins_per_second", 0), ("named_viewers", -1)),
        *(("impression_share", 0.0), ("impression_share", 1.1)),
    ],
)
def test_an_invalid_setting_of_the_delivery_is_rejected(field: str, value: Any) -> None:
    with pytest.raises(StageConfigError, match=rf"delivery\.{field}: expected"):
        replace(DeliveryConfig(), **{field: value})


@pytest.mark.parametrize(
    ("context", "error"),
    [
        ({"alarm_mail": "night@example.com"}, "context: expected one of stage, .*; got 'alarm_mail'"),
        ({"alarm_email": "nobody"}, "alarm_email: expected a mail address, or None; got 'nobody'"),
        ({"gateway_requests_per_second": "many"}, "gateway_requests_per_second: expected a whole number"),
        ({"token_issuer": "https://issuer.example"}, "token_audience: expected a value"),
        ({"jwks_uri": "https://issuer.example/keys"}, "token_issuer: expected a value"),
    ],
)
def test_a_wrong_or_misspelt_context_is_refused(context: dict[str, str], error: str) -> None:
    with pytest.raises(StageConfigError, match=error):
        config_from_context(App(context={"stage": "development", **context}))


def test_what_the_cdk_adds_to_the_context_is_no_setting() -> None:
    context = {"stage": "development", "aws:cdk:enable-path-metadata": True, "cli-telemetry": False}
    assert config_from_context(App(context=context)) == stage_config("development")


@pytest.mark.parametrize("key", ["dataset_group_arn", "tracking_id"])
def test_adoption_by_a_context_that_may_be_forgotten_is_refused(key: str) -> None:
    with pytest.raises(StageConfigError, match=r"personalize\.adopted in the stage's configuration"):
        config_from_context(App(context={"stage": "development", key: "ours"}))


def test_an_adopted_group_is_replaced_only_if_the_stage_says_so() -> None:
    # GIVEN a group that has a history
    own = stage_config("production").personalize
    adopted = replace(own, adopted=AdoptedDatasets(dataset_group_arn=GROUP))
    # THEN nothing is imported into it by default, and a full import is refused
    assert (own.default_import_mode, own.allows_full_imports) == (ImportMode.FULL, True)
    assert (adopted.default_import_mode, adopted.allows_full_imports) == (ImportMode.NONE, False)
    with pytest.raises(StageConfigError, match=r"unless adopted\.full_import_replaces_history is True"):
        replace(adopted, import_mode=ImportMode.FULL)
    # AND an increment needs one word, a full import two
    assert replace(adopted, import_mode=ImportMode.INCREMENTAL).allows_full_imports is False
    replaced = AdoptedDatasets(dataset_group_arn=GROUP, full_import_replaces_history=True)
    full = replace(own, adopted=replaced, import_mode=ImportMode.FULL)
    assert (full.default_import_mode, full.allows_full_imports) == (ImportMode.FULL, True)


def test_an_unknown_stage_is_rejected() -> None:
    with pytest.raises(StageConfigError, match="stage: expected one of development, production; got 'test'"):
        stage_config("test")


def every_setting() -> StageConfig:
    """Return a stage in which no setting is None, where that is possible."""
    production = stage_config("production")
    return replace(
        production,
        alarm_email="night@example.com",
        data_key=KEY,
        media=MediaConfig(),
        token_issuer=TokenIssuer(
            issuer="https://issuer.example", audience="app", jwks_uri="https://issuer.example/keys"
        ),
        viewer_mail=ViewerMail(
            from_address="no-reply@example.com", verified_domain="example.com", region="eu-west-1"
        ),
        personalize=replace(
            production.personalize,
            adopted=AdoptedDatasets(dataset_group_arn=GROUP, tracking_id="known"),
            datasets=DatasetSettings(key=KEY),
            import_mode=ImportMode.INCREMENTAL,
            replaced_solution=SolutionSettings(recipe="aws-user-personalization-v2"),
        ),
    )


def settings_below(settings: Any, path: str = "") -> Iterator[tuple[str, Any, str]]:
    """Yield each setting: its dotted path, the object that has it, and its name there."""
    for field in fields(settings):
        yield f"{path}{field.name}", settings, field.name
        value = getattr(settings, field.name)
        if is_dataclass(value):
            yield from settings_below(value, f"{path}{field.name}.")


def wrong_values(present: Any) -> list[Any]:
    """Return values of another type than the present one, and numbers that no setting can be."""
    nobodys = [object(), b"bytes", ["list"], float("nan"), ("tuple", 1), {"key": 1}]
    match present:
        case bool():
            return [*nobodys, 1, "True", None]
        case int():
            return [*nobodys, "5", True, 5.5, -1]
        case float():
            return [*nobodys, "0.5", True, -1.0, float("inf")]
        case Enum():
            return [*nobodys, present.value, "other"]
        case str():
            return [*nobodys, 5, True]
    return [*nobodys, 5, "text", True]


@pytest.mark.parametrize(
    ("settings", "name"),
    [pytest.param(owner, name, id=path) for path, owner, name in settings_below(every_setting())],
)
def test_a_setting_of_a_wrong_type_is_refused_and_named(settings: Any, name: str) -> None:
    for wrong in wrong_values(getattr(settings, name)):
        with pytest.raises(StageConfigError, match=rf"(^|\.){name}: expected .+; got "):
            replace(settings, **{name: wrong})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *(("name", name) for name in ("", "Production", "eu--west", "night-", "a-name-of-eighteen")),
        *(("signal_retention_hours", hours) for hours in (23, 8_761)),
        *(("audit_retention_days", days) for days in (0, 36_501)),
        ("log_level", "debug"),
        ("glue_workers", 1),
        ("dispatch_concurrency", 1),
        ("dispatch_reserved_concurrency", 99),
        ("cost_tags", {"aws:created": "us"}),
        ("cost_tags", {"stage": "other"}),
        ("cost_tags", {"team": "<none>"}),
        ("alarm_email", "night@"),
    ],
)
def test_a_setting_out_of_its_range_is_refused(name: str, wrong: Any) -> None:
    with pytest.raises(StageConfigError, match=rf"^{name}(\.team)?: expected"):
        replace(stage_config("production"), **{name: wrong})


def test_names_of_import_jobs_fit_into_personalizes_limit() -> None:
    # GIVEN the longest name that a stage can have, and the longest name of an import job made of it
    longest = replace(stage_config("production"), name="seventeen-letters").name
    job = f"{longest}-interactions-{'f' * 32}"
    # THEN Personalize accepts it
    assert len(job) == 63


@pytest.mark.parametrize(
    "schedule",
    ["rate(1 day)", "rate(12 hours)", "cron(0 4 * * ? *)", "cron(0 4 ? * MON *)", "cron(0 4 1,15 * ? *)"],
)
def test_a_schedule_of_eventbridge_is_accepted(schedule: str) -> None:
    personalize = replace(stage_config("production").personalize, training_schedule=schedule)
    assert personalize.training_schedule == schedule


@pytest.mark.parametrize(
    "schedule",
    ["", "daily", "rate(1 days)", "rate(2 day)", "rate(0 days)", "cron(0 4 * * *)", "cron(0 4 * * * *)"],
)
def test_what_eventbridge_would_refuse_as_a_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(StageConfigError, match=r"personalize\.training_schedule: expected a schedule"):
        replace(stage_config("production").personalize, training_schedule=schedule)


def test_what_is_in_another_region_than_the_stage_is_refused() -> None:
    personalize = stage_config("production").personalize
    adopted = replace(personalize, adopted=AdoptedDatasets(dataset_group_arn=GROUP))
    following = replace(personalize, next_datasets=DatasetSettings(key=KEY))
    for name, config in {
        r"data_key\.arn": replace(stage_config("production"), data_key=KEY),
        r"personalize\.adopted\.dataset_group_arn": replace(stage_config("production"), personalize=adopted),
        r"personalize\.next_datasets\.key\.arn": replace(stage_config("production"), personalize=following),
    }.items():
        for region in ("eu-west-1", None):
            config.check_arns(region)
        with pytest.raises(StageConfigError, match=rf"^{name}: expected one in the region of the stage"):
            config.check_arns("us-east-1")


@pytest.mark.parametrize(
    "columns", [("match_event",), ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX"), ("MATCH EVENT",)]
)
def test_columns_that_interactions_cannot_have_are_refused(columns: tuple[str, ...]) -> None:
    with pytest.raises(StageConfigError, match=r"DatasetSettings\.columns: expected up to 5 names"):
        DatasetSettings(columns=columns)


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


@pytest.mark.parametrize("region", ["eu-west-2", "sa-east-1", "cn-north-1"])
def test_a_region_without_personalize_is_refused_in_one_sentence(region: str) -> None:
    with pytest.raises(StageConfigError, match=rf"region: expected one with Amazon Personalize .*{region}"):
        config_from_context(App(context={"stage": "production"}), region=region)


@pytest.mark.parametrize("region", [*PERSONALIZE_REGIONS, None])
def test_a_region_with_personalize_and_one_that_is_not_known_are_accepted(region: str | None) -> None:
    config = config_from_context(App(context={"stage": "production"}), region=region)
    assert config == stage_config("production")


def test_the_regions_are_those_of_cloudformations_schemas() -> None:
    # GIVEN the schemas that CloudFormation publishes for each commercial region
    found = regions_with("AWS::Personalize::Campaign")
    # THEN the accepted regions are those with Personalize
    assert found == set(PERSONALIZE_REGIONS)


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
    with pytest.raises(StageConfigError, match=r"dispatch_match_environments: expected (from|at least) 1"):
        replace(stage_config("production"), dispatch_match_environments=environments)


def test_a_warm_throughput_below_that_of_a_new_table_is_rejected() -> None:
    with pytest.raises(StageConfigError, match=r"connections_warm_writes_per_second: expected at least 4000"):
        replace(stage_config("production"), connections_warm_writes_per_second=3_999)
