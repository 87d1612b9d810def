"""What the stacks of one stage are made from."""

from dataclasses import dataclass

from stacks.artifacts import Artifacts
from stacks.config import StageConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class StageInputs:
    """The configuration of a stage, and the files that it deploys."""

    config: StageConfig
    artifacts: Artifacts
