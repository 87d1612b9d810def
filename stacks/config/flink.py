"""Configuration of the Flink application that detects Moments."""

from dataclasses import dataclass

from domain.detection.rules import rules_with_overrides
from stacks.errors import StageConfigError

MAX_PROPERTY_CHARACTERS = 2_048
"""The longest property value that Managed Flink accepts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlinkConfig:
    """The capacity of the application, the lateness it allows and its detection rules."""

    parallelism: int
    """Kinesis Processing Units, with one subtask each."""
    autoscaling: bool
    snapshots: bool
    """True if an update of the application restores its state."""
    allowed_lateness_seconds: int = 120
    detection_rules: str = ""
    """JSON rules that replace the default rules of the same Moments, see docs/detection.md."""

    def __post_init__(self) -> None:
        if len(self.detection_rules) > MAX_PROPERTY_CHARACTERS:
            raise StageConfigError(
                "flink.detection_rules",
                f"at most {MAX_PROPERTY_CHARACTERS} characters",
                f"{len(self.detection_rules)} characters",
            )
        if self.detection_rules:
            rules_with_overrides(self.detection_rules, "flink.detection_rules")
