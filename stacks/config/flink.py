"""Configuration of the Flink application that detects Moments."""

from dataclasses import dataclass
from typing import Annotated

from domain.detection.rules import rules_with_overrides
from domain.errors import InvalidFieldError
from stacks.config.checks import Matches, Positive, Within, check_fields
from stacks.errors import StageConfigError

TimeOfDay = Annotated[str, Matches(r"([01]\d|2[0-3]):[0-5]\d", "a time of day such as 03:00")]
MAX_PROPERTY_CHARACTERS = 2_048
"""The longest property value that Managed Flink accepts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlinkConfig:
    """The capacity of the application, the lateness it allows and its detection rules."""

    parallelism: Positive
    """Kinesis Processing Units, with one subtask each."""
    snapshots: bool
    """True if an update of the application restores its state."""
    alarm_when_stopped: bool
    """True if the application must always run; otherwise its stop raises no notification."""
    maintenance_window_start: TimeOfDay = "03:00"
    """Start of the eight hours, in UTC, in which the service may restart the application each day."""
    allowed_lateness_seconds: Annotated[int, Within(0)] = 120
    detection_rules: str = ""
    """JSON rules that replace the default rules of the same Moments, see docs/detection.md."""

    def __post_init__(self) -> None:
        check_fields(self, "flink")
        if len(self.detection_rules) > MAX_PROPERTY_CHARACTERS:
            raise StageConfigError(
                "flink.detection_rules",
                f"at most {MAX_PROPERTY_CHARACTERS} characters",
                f"{len(self.detection_rules)} characters",
            )
        if self.detection_rules:
            try:
                rules_with_overrides(self.detection_rules, "flink.detection_rules")
            except InvalidFieldError as error:
                raise StageConfigError(error.field, error.expected, error.got) from error
