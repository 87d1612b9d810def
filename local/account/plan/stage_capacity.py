"""The capacity of a stage, read from its synthesized templates."""

from dataclasses import dataclass

from domain.delivery_mode import DeliveryMode
from lambdas.adapters.dynamo_budget import VIEWER_PART
from lambdas.settings import SocketSettings
from local.account.plan.errors import PlanError
from local.account.preflight.synthesized_stage import Fields, SynthesizedStage

POSTS_PER_SECOND, POST_BURST = 9_000, 5_000
"""What a stage has by default in `connections`; templates of `broadcast` do not say."""
JOINS_PER_SECOND, NAMED_VIEWERS, IMPRESSION_SHARE = 1_500, 100, 1.0
"""What a stage has by default in `broadcast`; templates of `connections` do not say."""
TASKS_OF_A_POLLER = 10
"""Invocations that one provisioned poller of an SQS queue starts at the same time:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
MEGABYTES_OF_A_GIGABYTE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCapacity:
    """What a stage has for matches, whichever mode it was synthesized in."""

    name: str
    mode: DeliveryMode
    connection_shards: int
    posts_per_second: int
    post_burst: int
    post_concurrency: int
    """Posts that one environment has under way."""
    campaign_per_second: int
    resting_campaign_per_second: int
    """The campaign's rate between matches."""
    dispatch_pollers: int | None
    """Provisioned pollers of the dispatch queue that always wait; None if there are none."""
    dispatch_concurrency: int
    """Dispatch tasks that run at the same time, at most."""
    ready_environments: int
    """Environments of the dispatch that are kept ready while a match is on."""
    dispatch_gigabytes: float
    function_gigabytes: float
    """The memory of the functions that answer viewers."""
    reserved_concurrency: int
    """What all functions reserve together."""
    joins_per_second: int
    named_viewers: int
    impression_share: float

    @property
    def cohort_calls_per_second(self) -> int:
        """The part of the campaign's rate that cohorts have."""
        if self.campaign_per_second == 1:
            return 1
        return self.campaign_per_second - max(1, self.campaign_per_second // VIEWER_PART)


def read_capacity(stage: SynthesizedStage) -> StageCapacity:
    """Return the capacity of a stage; raises PlanError if its templates have no dispatch."""
    dispatch = stage.function("dispatch_components")
    if not dispatch:
        raise PlanError(
            f"expected the function dispatch_components in the stage {stage.name}, found none;"
            f" synthesize the whole stage: cdk synth --quiet -c stage={stage.name}"
        )
    variables = stage.variables("dispatch_components")
    planner, passes = stage.variables("build_context"), stage.variables("issue_pass")
    reports = stage.variables("accept_interactions")
    keeper = stage.variables("set_campaign_capacity")
    pollers, concurrency = _dispatch_source(stage, dispatch)
    ready = int(keeper.get("MATCH_DISPATCH_ENVIRONMENTS", 0))
    mode = DeliveryMode(variables.get("DELIVERY_MODE", DeliveryMode.CONNECTIONS))
    interact = "interact" if stage.function("interact") else "accept_interactions"
    return StageCapacity(
        name=stage.name,
        mode=mode,
        # A stage that broadcasts names no shards; it would have one for each task that runs at once.
        connection_shards=int(planner.get("CONNECTION_SHARDS", ready or concurrency)),
        posts_per_second=int(variables.get("POSTS_PER_SECOND", POSTS_PER_SECOND)),
        post_burst=int(variables.get("POST_BURST", POST_BURST)),
        post_concurrency=int(variables.get("POST_CONCURRENCY", SocketSettings.post_concurrency)),
        campaign_per_second=int(variables.get("CAMPAIGN_TRANSACTIONS_PER_SECOND", 1)),
        resting_campaign_per_second=int(keeper.get("RESTING_TRANSACTIONS_PER_SECOND", 1)),
        dispatch_pollers=pollers,
        dispatch_concurrency=concurrency,
        ready_environments=ready,
        dispatch_gigabytes=dispatch["MemorySize"] / MEGABYTES_OF_A_GIGABYTE,
        function_gigabytes=stage.function(interact).get("MemorySize", 0) / MEGABYTES_OF_A_GIGABYTE,
        reserved_concurrency=sum(
            function.get("ReservedConcurrentExecutions", 0)
            for function in stage.all_of_type("AWS::Lambda::Function")
        ),
        joins_per_second=int(passes.get("JOINS_PER_SECOND", JOINS_PER_SECOND)),
        named_viewers=int(reports.get("NAMED_VIEWERS", NAMED_VIEWERS)),
        impression_share=float(passes.get("IMPRESSION_SHARE", IMPRESSION_SHARE)),
    )


def _dispatch_source(stage: SynthesizedStage, dispatch: Fields) -> tuple[int | None, int]:
    """Return the provisioned pollers that always wait, and how many tasks run at the same time at most."""
    queue = dispatch["Environment"]["Variables"]["DISPATCH_QUEUE_URL"]["Ref"]
    for source in stage.all_of_type("AWS::Lambda::EventSourceMapping"):
        if source["EventSourceArn"] == {"Fn::GetAtt": [queue, "Arn"]}:
            pollers = source.get("ProvisionedPollerConfig")
            if pollers is not None:
                return pollers["MinimumPollers"], pollers["MaximumPollers"] * TASKS_OF_A_POLLER
            return None, source["ScalingConfig"]["MaximumConcurrency"]
    raise PlanError(f"expected an event source of the dispatch queue in the stage {stage.name}, found none")
