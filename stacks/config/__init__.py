"""The configuration of a stage: frozen dataclasses that check their values when they are created."""

from stacks.config.crowd import CrowdConfig
from stacks.config.data_key import DataKey
from stacks.config.datasets import DatasetSettings
from stacks.config.delivery import DeliveryConfig
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
from stacks.config.regions import PERSONALIZE_REGIONS, check_region
from stacks.config.solution import SolutionSettings
from stacks.config.stage import StageConfig
from stacks.config.stages import development, production, stage_config
from stacks.config.token_issuer import TokenIssuer
from stacks.config.viewer_limits import ViewerLimits
from stacks.config.viewer_mail import ViewerMail
from stacks.training.import_mode import ImportMode

__all__ = [
    "PERSONALIZE_REGIONS",
    "AdoptedDatasets",
    "CrowdConfig",
    "DataKey",
    "DatasetSettings",
    "DeliveryConfig",
    "ExperimentConfig",
    "Exploration",
    "FlinkConfig",
    "GatewayQuota",
    "ImportMode",
    "MediaConfig",
    "PersonalizeConfig",
    "Publication",
    "SolutionSettings",
    "StageConfig",
    "TokenIssuer",
    "ViewerLimits",
    "ViewerMail",
    "check_region",
    "development",
    "production",
    "stage_config",
]
