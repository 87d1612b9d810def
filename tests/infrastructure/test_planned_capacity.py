"""What the planner reads from synthesized stages, and assumes of the mode that a stage does not have."""

import copy

from domain.delivery_mode import DeliveryMode
from local.account.plan import stage_capacity
from local.account.plan.stage_capacity import StageCapacity, read_capacity
from local.account.preflight.synthesized_stage import SynthesizedStage
from stacks import config as stages
from stacks.config import DeliveryConfig, GatewayQuota, StageConfig
from tests.infrastructure.assembly import STACKS, Assembly


def capacity_of(assembly: Assembly, name: str) -> StageCapacity:
    return read_capacity(
        SynthesizedStage(name=name, templates={stack: assembly.templates[stack] for stack in STACKS})
    )


def assert_read(capacity: StageCapacity, config: StageConfig) -> None:
    assert capacity.mode is DeliveryMode.CONNECTIONS
    assert capacity.connection_shards == config.connection_shards
    assert capacity.posts_per_second == int(config.gateway.environment["POSTS_PER_SECOND"])
    assert capacity.post_burst == config.gateway.burst
    assert capacity.campaign_per_second == config.personalize.match_transactions_per_second
    assert capacity.resting_campaign_per_second == config.personalize.resting_transactions_per_second
    assert capacity.dispatch_concurrency == config.dispatch_concurrency
    assert capacity.ready_environments == (config.dispatch_match_environments or 0)


def test_the_planner_reads_what_production_has(production: Assembly) -> None:
    capacity, config = capacity_of(production, "production"), stages.production()
    assert_read(capacity, config)
    assert capacity.dispatch_pollers == config.min_dispatch_pollers
    assert capacity.reserved_concurrency == config.dispatch_reserved_concurrency


def test_the_planner_reads_what_development_has(development: Assembly) -> None:
    capacity = capacity_of(development, "development")
    assert_read(capacity, stages.development())
    assert capacity.dispatch_pollers is None


def test_the_planner_reads_what_a_stage_that_broadcasts_has(broadcast: Assembly) -> None:
    capacity, delivery = capacity_of(broadcast, "development"), DeliveryConfig()
    assert capacity.mode is DeliveryMode.BROADCAST
    assert capacity.connection_shards == stages.development().connection_shards
    assert capacity.joins_per_second == delivery.joins_per_second
    assert capacity.named_viewers == delivery.named_viewers
    assert capacity.impression_share == delivery.impression_share


def test_the_planner_reads_what_is_not_the_default(broadcast: Assembly) -> None:
    values = {"JOINS_PER_SECOND": 777, "NAMED_VIEWERS": 5_000, "IMPRESSION_SHARE": 0.25}
    templates = copy.deepcopy({stack: broadcast.templates[stack] for stack in STACKS})
    # GIVEN a stage with other values, wherever its functions get them
    changed = set()
    for template in templates.values():
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Lambda::Function":
                variables = resource["Properties"].get("Environment", {}).get("Variables", {})
                named = values.keys() & variables.keys()
                variables |= {name: str(values[name]) for name in named}
                changed |= named
    assert changed == values.keys()
    capacity = read_capacity(SynthesizedStage(name="development", templates=templates))
    found = (capacity.joins_per_second, capacity.named_viewers, capacity.impression_share)
    assert found == tuple(values.values())


def test_the_planner_assumes_the_defaults_of_the_mode_that_a_stage_does_not_have() -> None:
    delivery, gateway = DeliveryConfig(), GatewayQuota()
    assert delivery.joins_per_second == stage_capacity.JOINS_PER_SECOND
    assert delivery.named_viewers == stage_capacity.NAMED_VIEWERS
    assert delivery.impression_share == stage_capacity.IMPRESSION_SHARE
    assert int(gateway.environment["POSTS_PER_SECOND"]) == stage_capacity.POSTS_PER_SECOND
    assert gateway.burst == stage_capacity.POST_BURST
