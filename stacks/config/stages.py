"""The stages that can be deployed."""

from stacks.config.experiment import ExperimentConfig
from stacks.config.flink import FlinkConfig
from stacks.config.media import MediaConfig
from stacks.config.personalize import PersonalizeConfig
from stacks.config.stage import StageConfig
from stacks.config.viewer_limits import ViewerLimits
from stacks.errors import StageConfigError


def development() -> StageConfig:
    """Return the stage of one engineer: low cost, debug logs, and no data left after `cdk destroy`."""
    return StageConfig(
        name="development",
        retain_data=False,
        termination_protection=False,
        log_level="DEBUG",
        log_retention_days=7,
        raw_data_retention_days=30,
        audit_retention_days=30,
        signal_shards=None,
        interaction_shards=None,
        signal_retention_hours=24,
        interaction_retention_hours=24,
        connection_shards=4,
        connections_warm_writes_per_second=None,
        dispatch_concurrency=4,
        dispatch_reserved_concurrency=None,
        dispatch_match_environments=None,
        dispatch_pollers_provisioned=False,
        feed_requests_per_second=50,
        socket_messages_per_second=500,
        glue_workers=2,
        monthly_budget_usd=500,
        personalize=PersonalizeConfig(
            match_transactions_per_second=100, training_schedule="cron(0 4 ? * MON *)"
        ),
        flink=FlinkConfig(parallelism=1, snapshots=False, alarm_when_stopped=False),
        # Simulated viewers live a match in seconds.
        viewer_limits=ViewerLimits(interactions_per_second=200, sockets=100),
    )


def production() -> StageConfig:
    """Return the stage of the viewers: data is retained, stacks are protected, capacity fits a match day."""
    return StageConfig(
        name="production",
        retain_data=True,
        termination_protection=True,
        log_level="INFO",
        log_retention_days=90,
        raw_data_retention_days=400,
        audit_retention_days=400,
        signal_shards=8,
        # Three impressions of each of the 9,000 messages a second that the socket takes.
        interaction_shards=32,
        signal_retention_hours=168,
        interaction_retention_hours=24,
        connection_shards=64,
        connections_warm_writes_per_second=20_000,
        dispatch_concurrency=100,
        dispatch_reserved_concurrency=120,
        dispatch_match_environments=64,
        dispatch_pollers_provisioned=True,
        feed_requests_per_second=1_000,
        socket_messages_per_second=9_000,
        glue_workers=10,
        monthly_budget_usd=20_000,
        personalize=PersonalizeConfig(
            resting_transactions_per_second=2,
            match_transactions_per_second=250,
            training_schedule="cron(0 4 * * ? *)",
            max_days_without_training=3,
        ),
        flink=FlinkConfig(parallelism=4, snapshots=True, alarm_when_stopped=True),
        experiment=ExperimentConfig(holdout_share=0.05, trial_share=0.02),
        media=MediaConfig(
            frame_interval_seconds=1,
            audio_segment_seconds=15,
            scoreboard_every_seconds=2,
            scene_every_seconds=10,
            people_every_seconds=10,
            speech_every_seconds=15,
        ),
    )


STAGES = {"development": development, "production": production}


def stage_config(name: str) -> StageConfig:
    """Return the configuration of a stage; raise StageConfigError if there is no stage of that name."""
    if name not in STAGES:
        raise StageConfigError("stage", "one of " + ", ".join(STAGES), name)
    return STAGES[name]()
