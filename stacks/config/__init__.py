"""The configuration of a stage: frozen dataclasses that check their values when they are created."""

from stacks.config.crowd import CrowdConfig
from stacks.config.experiment import ExperimentConfig
from stacks.config.flink import FlinkConfig
from stacks.config.gateway import GatewayQuota
from stacks.config.media import MediaConfig
from stacks.config.personalize import (
    AdoptedDatasets,
    Exploration,
    PersonalizeConfig,
    Publication,
)
from stacks.config.stage import StageConfig
from stacks.config.stages import development, production, stage_config
from stacks.config.token_issuer import TokenIssuer

__all__ = [
    "AdoptedDatasets",
    "CrowdConfig",
    "ExperimentConfig",
    "Exploration",
    "FlinkConfig",
    "GatewayQuota",
    "MediaConfig",
    "PersonalizeConfig",
    "Publication",
    "StageConfig",
    "TokenIssuer",
    "development",
    "production",
    "stage_config",
]
